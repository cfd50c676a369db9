"""Outcomes of four referrals, the score of a questionnaire, the rates of a service, and what is refused. The same
cases as in the other languages, with the same output: examples/expected.txt.

Not shown: data frames (`iapt.outcomes`, `iapt.rates`), disclosure control (`iapt.disclose`).

    python examples/python/referral.py
"""

import iapt
from iapt import GAD7, PHQ9, SPIN


def or_missing(value):
    return "missing" if value is None else str(value)


def show_referral(name, phq9, measure, scores):
    outcome = iapt.outcome(phq9=phq9, anxiety=(measure, *scores))
    pairs = [
        f"{m.name} {or_missing(first)} to {or_missing(last)}" for m, (first, last) in [(PHQ9, phq9), (measure, scores)]
    ]
    print(f"{name}: {', '.join(pairs)}")
    print("  ", *(fact for fact in iapt.FACTS if getattr(outcome, fact)))


def show_questionnaire(answers):
    score = PHQ9.score(answers)
    self_harm = {True: "reported", False: "not_reported", None: "unknown"}[score.self_harm]
    print(PHQ9.name, *map(or_missing, answers))
    total, severity, case = score.total, score.severity.value, "yes" if score.is_case else "no"
    print(f"   total {total}, imputed {score.imputed}, severity {severity}, case {case}, self-harm {self_harm}")


def show_rate(fact, numerator, denominator):
    percent = iapt.rate_from_counts(numerator, denominator)
    print(f"   {fact} {numerator} of {denominator}: {'none' if percent is None else f'{percent} %'}")


def show_refusal(what, call):
    try:
        call()
    except iapt.IaptError as error:
        print(f"   {what}: {error.code}")


print("Referrals")
show_referral("A", (18, 9), GAD7, (14, 6))
show_referral("B", (20, 12), GAD7, (15, 9))
show_referral("C", (18, None), GAD7, (14, 6))
show_referral("D", (18, 9), SPIN, (41, 15))
print("Questionnaire")
show_questionnaire([3, 2, 2, 1, 2, 1, 1, 0, None])
print("Rates of a service")
finished, not_caseness = 1900, 140
for fact, count in {"recovery": 902, "reliable_recovery": 860}.items():
    show_rate(fact, count, finished - not_caseness)
for fact, count in {"reliable_improvement": 1200, "reliable_deterioration": 100, "no_reliable_change": 550}.items():
    show_rate(fact, count, finished)
show_rate("recovery", 0, 0)
print("Refused")
show_refusal("PHQ-9 28", lambda: iapt.outcome(phq9=(28, 9), gad7=(14, 6)))
show_refusal("PHQ-9 item 8 answered with 4", lambda: PHQ9.score([3, 2, 2, 1, 2, 1, 1, 0, 4]))
