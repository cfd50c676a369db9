"""The rules, written out naively: an oracle for the tests.

This file shares nothing with the library, on purpose. It has its own table of
thresholds, transcribed from the rules a second time, and does everything the
slow and obvious way: one referral at a time, exact fractions, no floats. Where
it and the library disagree, one of the two has misread the rules.

    python3 tests/naive.py flags > flags.bin

writes the flags byte of every combination of (phq9_first, phq9_last,
gad7_first, gad7_last), the last varying fastest, each axis running 0, 1, ...,
maximum, missing: 29 * 29 * 23 * 23 bytes.
"""

import re
import sys
from collections import namedtuple
from fractions import Fraction

# items: how many; answers: lowest and highest answer to one item; turned: the
# items (from 1) whose answers count backwards; low, high: range of the score;
# threshold: None where the measure has no case; case_above: a case lies above
# the threshold rather than at or above it; reliable: the smallest reliable change.
Measure = namedtuple("Measure", "items answers turned low high threshold case_above reliable")

MEASURES = {
    "PHQ9": Measure(9, (0, 3), (), 0, 27, 10, False, 6),
    "GAD7": Measure(7, (0, 3), (), 0, 21, 8, False, 4),
    "SPIN": Measure(17, (0, 4), (), 0, 68, 19, False, 10),
    "MI": Measure(27, (1, 5), (), 1, 5, Fraction("2.3"), True, Fraction("0.73")),
    "OCI": Measure(42, (0, 4), (), 0, 168, 40, False, 32),
    "PCL5": Measure(20, (0, 4), (), 0, 80, 32, False, 10),
    "IESR": Measure(22, (0, 4), (), 0, 88, 33, False, 9),
    "PDSS": Measure(7, (0, 4), (), 0, 28, 8, False, 5),
    "HAI": Measure(18, (0, 3), (), 0, 54, 18, False, 4),
    "PSWQ": Measure(16, (1, 5), (1, 3, 8, 10, 11), 16, 80, 45, False, 10),
    "WSAS": Measure(5, (0, 8), (), 0, 40, None, False, 8),
}

# The highest score of each band.
BANDS = {
    "PHQ9": [
        (4, "minimal"),
        (9, "mild"),
        (14, "moderate"),
        (19, "moderately_severe"),
        (27, "severe"),
    ],
    "GAD7": [(4, "minimal"), (9, "mild"), (14, "moderate"), (21, "severe")],
}

PAIRED = 1
CASENESS = 2
NOT_CASENESS = 4
RECOVERY = 8
RELIABLE_IMPROVEMENT = 16
RELIABLE_DETERIORATION = 32
NO_RELIABLE_CHANGE = 64
RELIABLE_RECOVERY = 128


class RuleError(Exception):
    """A value that the rules do not accept."""

    def __init__(self, code, field=None, row=None, item=None):
        super().__init__(code)
        self.code = code
        self.field = field
        self.row = row
        self.item = item


# Numbers


def number(text):
    """A decimal number, exactly as written."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise RuleError("NOT_A_NUMBER")
    return Fraction(text)


def half_up(value, decimals):
    """Round to so many decimals; a tie goes up, also below zero."""
    shifted = value * 10**decimals + Fraction(1, 2)
    return Fraction(shifted.numerator // shifted.denominator, 10**decimals)


def as_text(value, decimals):
    """A rounded number with exactly so many decimals; zero has no sign."""
    digits = str(abs(value) * 10**decimals).rjust(decimals + 1, "0")
    if decimals:
        digits = digits[:-decimals] + "." + digits[-decimals:]
    return "-" + digits if value < 0 else digits


# One score


def find_measure(name):
    if name not in MEASURES:
        raise RuleError("UNKNOWN_MEASURE")
    return MEASURES[name]


def read_score(name, text):
    """A score of the measure, checked."""
    measure = find_measure(name)
    score = number(text)
    if score < measure.low or score > measure.high:
        raise RuleError("OUT_OF_RANGE")
    if score.denominator != 1 and name != "MI":
        raise RuleError("NOT_WHOLE")
    return score


def is_case(measure, score):
    if measure.threshold is None:
        return None
    if measure.case_above:
        return score > measure.threshold
    return score >= measure.threshold


def severity(name, score):
    for highest, band in BANDS.get(name, []):
        if score <= highest:
            return band
    return None


def change(measure, first, last):
    # Lower is better on every measure.
    if first - last >= measure.reliable:
        return "RELIABLE_IMPROVEMENT"
    if last - first >= measure.reliable:
        return "RELIABLE_DETERIORATION"
    return "NO_RELIABLE_CHANGE"


# A questionnaire


ItemScore = namedtuple("ItemScore", "total imputed severity is_case self_harm")


def score_items(name, answers, missing="prorate"):
    """The score of a questionnaire; an unanswered item is None."""
    measure = find_measure(name)
    lowest, highest = measure.answers

    if name == "MI":
        if not 1 <= len(answers) <= measure.items:
            raise RuleError("ITEM_COUNT")
    elif len(answers) != measure.items:
        raise RuleError("ITEM_COUNT")
    for position, answer in enumerate(answers):
        if answer is not None and not lowest <= answer <= highest:
            raise RuleError("ITEM_OUT_OF_RANGE", item=position)

    unanswered = answers.count(None)
    if missing == "reject" and unanswered > 0:
        raise RuleError("INCOMPLETE")

    points = []
    for position, answer in enumerate(answers):
        if answer is None:
            continue
        if position + 1 in measure.turned:
            answer = lowest + highest - answer
        points.append(answer)

    if name == "MI":
        if not points:
            raise RuleError("TOO_MANY_MISSING")
        total = Fraction(sum(points), len(points))
        imputed = 0
    else:
        if unanswered > 2:
            raise RuleError("TOO_MANY_MISSING")
        mean = Fraction(sum(points), len(points))
        total = half_up(sum(points) + unanswered * mean, 0)
        imputed = unanswered

    return ItemScore(
        total,
        imputed,
        severity(name, total),
        is_case(measure, total),
        self_harm(name, answers),
    )


def self_harm(name, answers):
    """What was answered about self-harm, whether or not there is a score."""
    if name != "PHQ9":
        return "not_asked"
    if answers[8] is None:
        return "unknown"
    return "reported" if answers[8] > 0 else "not_reported"


# One referral


def outcome_flags(phq9_first, phq9_last, anxiety, anxiety_first, anxiety_last):
    """The flags byte. Scores are numbers already checked, None where missing."""
    phq9 = MEASURES["PHQ9"]
    flags = 0

    paired = phq9_first is not None and phq9_last is not None and anxiety_first is not None and anxiety_last is not None
    if paired:
        flags |= PAIRED

    phq9_case = None if phq9_first is None else is_case(phq9, phq9_first)
    anxiety_case = None if anxiety_first is None else is_case(anxiety, anxiety_first)
    caseness = phq9_case is True or anxiety_case is True
    if caseness:
        flags |= CASENESS
    if phq9_case is False and anxiety_case is False:
        flags |= NOT_CASENESS

    if not paired:
        return flags

    recovery = caseness and not is_case(phq9, phq9_last) and not is_case(anxiety, anxiety_last)
    if recovery:
        flags |= RECOVERY

    changes = (
        change(phq9, phq9_first, phq9_last),
        change(anxiety, anxiety_first, anxiety_last),
    )
    improved = "RELIABLE_IMPROVEMENT" in changes
    deteriorated = "RELIABLE_DETERIORATION" in changes
    if improved and not deteriorated:
        flags |= RELIABLE_IMPROVEMENT
        if recovery:
            flags |= RELIABLE_RECOVERY
    elif deteriorated and not improved:
        flags |= RELIABLE_DETERIORATION
    else:
        flags |= NO_RELIABLE_CHANGE
    return flags


def outcome(phq9, gad7, anxiety=None, anxiety_scores=(None, None)):
    """The flags byte of (first, last) pairs of texts, None where missing."""
    if anxiety is not None and find_measure(anxiety).threshold is None:
        raise RuleError("NO_THRESHOLD")

    def read(name, text, field):
        if text is None:
            return None
        try:
            return read_score(name, text)
        except RuleError as error:
            raise RuleError(error.code, field=field) from None

    # Every score given is checked, in this order, whether it counts or not.
    phq9_first = read("PHQ9", phq9[0], "phq9_first")
    phq9_last = read("PHQ9", phq9[1], "phq9_last")
    gad7_first = read("GAD7", gad7[0], "gad7_first")
    gad7_last = read("GAD7", gad7[1], "gad7_last")
    if anxiety is not None:
        first = read(anxiety, anxiety_scores[0], "anxiety_first")
        last = read(anxiety, anxiety_scores[1], "anxiety_last")
        if first is not None and last is not None:
            return outcome_flags(phq9_first, phq9_last, MEASURES[anxiety], first, last)
    return outcome_flags(phq9_first, phq9_last, MEASURES["GAD7"], gad7_first, gad7_last)


def batch(rows):
    """The flags of many referrals; each row is four texts, None where missing."""
    flags = []
    for row, (phq9_first, phq9_last, gad7_first, gad7_last) in enumerate(rows):
        try:
            flags.append(outcome((phq9_first, phq9_last), (gad7_first, gad7_last)))
        except RuleError as error:
            raise RuleError(error.code, field=error.field, row=row) from None
    return flags


# A service


def percent(numerator, denominator, decimals=1):
    """A percentage as text; None without a denominator."""
    if denominator == 0:
        return None
    if numerator > denominator:
        raise RuleError("INCONSISTENT_COUNTS")
    return as_text(half_up(Fraction(100 * numerator, denominator), decimals), decimals)


COUNTS = [
    "finished",
    "paired",
    "caseness",
    "not_caseness",
    "recovery",
    "reliable_improvement",
    "reliable_deterioration",
    "no_reliable_change",
    "reliable_recovery",
]
Counts = namedtuple("Counts", COUNTS)

RATES = [
    "recovery_rate",
    "reliable_recovery_rate",
    "reliable_improvement_rate",
    "reliable_deterioration_rate",
    "no_reliable_change_rate",
]


def rates(c):
    """The five rates as texts, in the order of RATES."""
    if c.caseness + c.not_caseness > c.finished or c.paired > c.finished:
        raise RuleError("INCONSISTENT_COUNTS")
    changes = c.reliable_improvement + c.reliable_deterioration + c.no_reliable_change
    if changes != c.paired:
        raise RuleError("INCONSISTENT_COUNTS")
    # Only who is paired and was a case recovers, and who is paired is known to have been a case or not.
    if c.recovery > min(c.caseness, c.paired) or c.paired > c.caseness + c.not_caseness:
        raise RuleError("INCONSISTENT_COUNTS")
    if c.reliable_recovery > c.recovery or c.reliable_recovery > c.reliable_improvement:
        raise RuleError("INCONSISTENT_COUNTS")
    return [
        percent(c.recovery, c.finished - c.not_caseness),
        percent(c.reliable_recovery, c.finished - c.not_caseness),
        percent(c.reliable_improvement, c.finished),
        percent(c.reliable_deterioration, c.finished),
        percent(c.no_reliable_change, c.finished),
    ]


def effect_size(mean_first, mean_last, sd_first):
    """The effect size to one decimal, of and as texts."""
    sd = number(sd_first)
    if sd <= 0:
        raise RuleError("INVALID_SD")
    return as_text(half_up((number(mean_first) - number(mean_last)) / sd, 1), 1)


# A measure of the caller's own


def check_measure(low, high, threshold, case_when, reliable):
    """Refuse a measure that makes no sense; numbers are texts, None where absent."""
    low, high = number(low), number(high)
    if not low < high:
        raise RuleError("INVALID_MEASURE")
    if threshold is not None:
        threshold = number(threshold)
        if case_when == "at_or_above":
            # Somebody must be a case, and somebody not.
            sensible = low < threshold <= high
        else:
            sensible = low <= threshold < high
        if not sensible:
            raise RuleError("INVALID_MEASURE")
    if reliable is not None and not 0 < number(reliable) <= high - low:
        raise RuleError("INVALID_MEASURE")


# Every combination


def all_flags():
    gad7 = MEASURES["GAD7"]
    phq9_axis = [*range(28), None]
    gad7_axis = [*range(22), None]
    for phq9_first in phq9_axis:
        for phq9_last in phq9_axis:
            for gad7_first in gad7_axis:
                for gad7_last in gad7_axis:
                    yield outcome_flags(phq9_first, phq9_last, gad7, gad7_first, gad7_last)


if __name__ == "__main__":
    if sys.argv[1:] != ["flags"]:
        sys.exit("usage: naive.py flags > FILE")
    sys.stdout.buffer.write(bytes(all_flags()))
