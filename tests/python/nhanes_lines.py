"""Score the NHANES answers to the PHQ-9, one line for each person, so that languages can be compared.

    python nhanes_lines.py nhanes_2017-2018_phq9_items.csv OUTPUT

Each line is `SEQN,total,imputed,severity,self_harm`, or `SEQN,none` where there is no score; self_harm is reported,
not_reported or unknown.
"""

import csv
import sys
from pathlib import Path

import iapt

SELF_HARM = {True: "reported", False: "not_reported", None: "unknown"}


def line(person, answers):
    try:
        score = iapt.PHQ9.score([int(answer) if answer else None for answer in answers])
    except iapt.ItemError as error:
        if error.code != "TOO_MANY_MISSING":
            raise
        return f"{person},none"
    return f"{person},{score.total},{score.imputed},{score.severity.value},{SELF_HARM[score.self_harm]}"


def lines(path):
    with open(path, newline="", encoding="ascii") as file:
        _, *rows = csv.reader(file)
    return [line(person, answers) for person, *answers in rows]


if __name__ == "__main__":
    source, output = sys.argv[1:]
    Path(output).write_text("\n".join(lines(source)) + "\n", encoding="ascii", newline="\n")
