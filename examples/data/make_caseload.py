"""Make caseload.csv, a synthetic caseload whose rates are close to England's of 2022-23.

    python make_caseload.py           writes caseload.csv beside this file
    python make_caseload.py --check   compares instead, and exits with 1 on a difference

No patient is in it: every row is drawn at random with the seed below. See README.md.
"""

import argparse
import sys
from pathlib import Path
from random import Random

SEED = 192
REFERRALS = 6600
FINISHED = 0.91  # the share that finished a course of treatment

# provider: share of the referrals, PHQ-9 points above the mean at the start, share of the scores shed beyond the mean
PROVIDERS = {
    "Provider A": (0.21, -0.2, 0.010),
    "Provider B": (0.17, 0.1, 0.030),
    "Provider C": (0.15, 0.5, -0.045),
    "Provider D": (0.13, -0.4, 0.020),
    "Provider E": (0.11, 0.2, -0.020),
    "Provider F": (0.10, 0.0, 0.000),
    "Provider G": (0.08, -0.1, 0.050),
    "Provider H": (0.05, 0.4, -0.015),
}
PHQ9 = (14.3, 5.5, 27)  # mean and SD of the first score before it is cut to its range, top of the range
GAD7 = (13.1, 4.8, 21)
CORRELATION = 0.5
# Most shed over half of their scores, some get no better: share of the patients, mean and SD of the share shed.
# Those who leave early lie between the two.
HELPED, NOT_HELPED = (0.77, 0.58, 0.27), (0.23, -0.12, 0.28)
LEFT_EARLY = (0.2, 0.3)  # mean and SD
NOISE = (1.3, 1.5)  # SD of what moves each last score by itself

HEADER = "referral_id,provider,phq9_first,phq9_last,gad7_first,gad7_last,finished_course"
# columns left empty, and how often: in those who finished, and in those who did not
MISSING = [
    ((2, 3, 4, 5), 0.001, 0.10),
    ((4, 5), 0.001, 0.01),
    ((2, 3), 0.001, 0.01),
    ((3, 5), 0.0115, 0.35),
    ((5,), 0.001, 0.01),
]


def score(value: float, top: int) -> int:
    return min(max(round(value), 0), top)


def referral(number: int, random: Random) -> str:
    provider = random.choices(list(PROVIDERS), [share for share, _, _ in PROVIDERS.values()])[0]
    _, severity, effect = PROVIDERS[provider]
    finished = random.random() < FINISHED
    z = random.gauss(0, 1)
    z2 = CORRELATION * z + (1 - CORRELATION**2) ** 0.5 * random.gauss(0, 1)
    phq9 = score(PHQ9[0] + severity + PHQ9[1] * z, PHQ9[2])
    gad7 = score(GAD7[0] + severity / 2 + GAD7[1] * z2, GAD7[2])

    _, mean, sd = HELPED if random.random() < HELPED[0] else NOT_HELPED
    kept = 1 - (random.gauss(mean + effect, sd) if finished else random.gauss(*LEFT_EARLY))
    phq9_last = score(phq9 * kept + random.gauss(0, NOISE[0]), PHQ9[2])
    gad7_last = score(gad7 * kept + random.gauss(0, NOISE[1]), GAD7[2])

    row = [f"R{number:05}", provider, phq9, phq9_last, gad7, gad7_last, "true" if finished else "false"]
    draw = random.random()
    for columns, if_finished, otherwise in MISSING:
        draw -= if_finished if finished else otherwise
        if draw < 0:
            for column in columns:
                row[column] = ""
            break
    return ",".join(map(str, row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    check = parser.parse_args().check
    random = Random(SEED)
    lines = [HEADER, *(referral(number, random) for number in range(1, REFERRALS + 1))]
    content = ("\n".join(lines) + "\n").encode()
    path = Path(__file__).with_name("caseload.csv")
    if not check:
        path.write_bytes(content)
    elif not path.exists() or path.read_bytes() != content:
        sys.exit(f"{path.name} is not what this script makes")


if __name__ == "__main__":
    main()
