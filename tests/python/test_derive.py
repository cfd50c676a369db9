"""From tables of sessions to derived referrals: the vectors, the naive oracle, and what frames may look like."""

import datetime as dt
import os
import random
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

import iapt
from conftest import ROOT, load
from kinds import MAKE, library, read

sys.modules.setdefault("naive", load(ROOT / "tests" / "naive.py"))
naive = load(ROOT / "tests" / "naive_derive.py")

KINDS = ["polars", "pyarrow table", "pandas"]
every_kind = pytest.mark.parametrize("kind", KINDS)
NAMES = list(iapt._sessions.TABLES)
COLUMNS = {
    "referrals": ["referral_date", "discharge_date", "end_code"],
    "contacts": ["contact_id", "date", "attendance", "type", "planned", "therapy_code", "duration"],
    "scores": ["score_id", "date", "measure", "score", "contact_id"],
    "complaints": ["complaint_id", "code", "date", "primary"],
    "internet_therapy": ["log_id", "date"],
    "employment": ["date", "sick_pay"],
}
IDS = {"contact_id", "score_id", "complaint_id", "log_id"}
CARRIED = ["pathway_id", "referral_date", "discharge_date", "end_code"]


def day(text):
    return dt.date.fromisoformat(text)


# Many pathways in one set of tables


class Caseload:
    """Pathways, each with rows of texts as in the vectors, put together in tables of columns."""

    def __init__(self, pathways):
        self.pathways = dict(pathways)
        self.tables = {name: {"pathway_id": [], **{column: [] for column in COLUMNS[name]}} for name in NAMES}
        self.places = {}  # (pathway, table, row within the pathway): row of the table
        for pathway, tables in self.pathways.items():
            for name, rows in zip(NAMES, tables, strict=True):
                for row, values in enumerate(rows):
                    self.add(name, pathway, row, values)

    def add(self, name, pathway, row, values):
        table = self.tables[name]
        self.places[pathway, name, row] = len(table["pathway_id"])
        table["pathway_id"].append(pathway)
        for column in COLUMNS[name]:
            table[column].append(values.get(column) or None)

    def frames(self, make):
        return [make(typed(columns)) for columns in self.tables.values()]

    def left_out(self):
        """Rows that do not count, for one reason: whether they are said to have another, the rules leave open."""
        rows = set()
        for name, key in [("contacts", "contact_id"), ("scores", "score_id"), ("internet_therapy", "log_id")]:
            table = self.tables[name]
            measures = (naive.measure_named(text or "") for text in table.get("measure", table["date"]))
            places = {}
            for row, own in enumerate(zip(table["pathway_id"], table[key], measures, strict=True)):
                if own[1] is not None:
                    rows |= {(name, earlier) for earlier in places.get(own, [])}
                    places.setdefault(own, []).append(row)
        scores = self.tables["scores"]
        for row, (measure, score) in enumerate(zip(scores["measure"], scores["score"], strict=True)):
            if naive.score_value(naive.measure_named(measure or "") or "", score or "") is None:
                rows.add(("scores", row))
        return rows | self.without_window()

    def without_window(self):
        """Rows of referrals of which no window is known."""
        windows = {}
        for pathway, (referrals, *_) in self.pathways.items():
            windows[pathway] = all(r["referral_date"] > "" for r in referrals) and all(
                r["discharge_date"] == "" or r["discharge_date"] >= r["referral_date"] for r in referrals
            )
        return {(name, place) for (pathway, name, _), place in self.places.items() if not windows[pathway]}


def typed(columns):
    """Columns without any value are columns of texts all the same."""
    pa = library("pyarrow")
    return {name: pa.array(values, pa.string()) for name, values in columns.items()}


MAKE_TYPED = {
    "polars": lambda columns: library("polars").DataFrame(library("pyarrow").table(columns)),
    "pyarrow table": lambda columns: library("pyarrow").table(columns),
    "pandas": lambda columns: library("pyarrow").table(columns).to_pandas(),
}


def plain(value):
    """A value as the vectors would have it, whatever the frame."""
    if value is None or type(value).__name__ in ("NaTType", "NAType") or value != value:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, float):
        return Fraction(str(value))
    return value


def by_pathway(frame):
    """{pathway: {column: value}}"""
    columns = read(frame)
    rows = zip(*columns.values(), strict=True)
    return {row[0]: dict(zip(columns, map(plain, row), strict=True)) for row in rows}


def findings_of(derived):
    columns = read(derived.findings)
    return list(zip(*(columns[name] for name in ("table", "row", "pathway_id", "kind")), strict=True))


def sick_pay(row):
    """The row with sick pay as the oracle writes it."""
    words = {True: "Y", False: "N", None: None}
    return {name: words[value] if name.startswith("sick_pay") else value for name, value in row.items()}


def differences(caseload, kind, as_at=None, expected=None):
    """What is derived otherwise than the oracle does: pathway, column, both values; and findings of one side only."""
    derived = iapt.derive(*caseload.frames(MAKE_TYPED[kind]), as_at=as_at)
    made = {pathway: sick_pay(row) for pathway, row in by_pathway(derived.referrals).items()}
    assert list(made) == list(caseload.pathways)
    wrong, findings = [], []
    for pathway, tables in caseload.pathways.items():
        fields, found = expected[pathway] if expected else naive.derive_pathway(*tables, as_at)
        for field, value in fields.items():
            if field in made[pathway] and field not in CARRIED and made[pathway][field] != value:
                wrong.append((pathway, field, made[pathway][field], value))
        findings += [(table, caseload.places[pathway, table, row], pathway, kind) for table, row, kind in found]
    left_out = caseload.left_out()
    found, findings = Counter(findings_of(derived)), Counter(findings)
    return wrong + [
        finding
        for finding in sorted(found.keys() | findings.keys())
        if found[finding] != findings[finding] and (finding[:2] not in left_out or finding[3] not in SECOND_REASONS)
    ]


SECOND_REASONS = {
    "missing_date",
    "contact_before_referral",
    "contact_after_discharge",
    "score_before_referral",
    "score_after_discharge",
    "unknown_contact",
}


# The vectors


def cases_of(as_at):
    return [case for case in naive.read_cases() if case[2] == as_at]


def value_of(text):
    """A cell of the vectors as a value to compare with."""
    if text in ("", "true", "false"):
        return {"": None, "true": True, "false": False}[text]
    try:
        return Fraction(text)
    except ValueError:
        pass
    try:
        return day(text)
    except ValueError:
        return text


DAYS = sorted({case[2] for case in naive.read_cases()}, key=str)


@every_kind
@pytest.mark.parametrize("as_at", DAYS, ids=str)
def test_vectors(kind, as_at):
    """All cases of a day in one set of tables."""
    cases = cases_of(as_at)
    caseload = Caseload((name, list(tables.values())) for name, tables, *_ in cases)
    derived = iapt.derive(*caseload.frames(MAKE_TYPED[kind]), as_at=as_at)
    made = by_pathway(derived.referrals)
    assert list(made) == [name for name, *_ in cases]
    checked = 0
    for name, _, _, expected, _ in cases:
        row = sick_pay(made[name])
        for field in expected.keys() & row.keys():
            text = expected[field]
            value = text or None if field == "problem_descriptor" else value_of(text)
            assert row[field] == value, f"{name}: {field}"
            checked += 1
    assert checked >= 12 * len(cases)
    findings = [
        (table, caseload.places[name, table, row], name, kind)
        for name, *_, findings in cases
        for table, row, kind in findings
    ]
    assert sorted(findings_of(derived)) == sorted(findings)


def test_vectors_ask_for_every_column():
    """But for those that have no name in a frame."""
    asked = {field for _, _, _, expected, _ in naive.read_cases() for field in expected}
    columns = set(read(derive_simple().referrals)) - set(SIMPLE["referrals"])
    assert columns - asked == set()
    assert asked - columns == {"specific_first", "specific_last"}


# Random pathways

CODES = {
    "attendance": ["5", "5", "5", "05", " 6 ", "6", "2", "3", "4", "7", "", "1", "x", "99"],
    "type": ["01", "2", "02", "02", "02", "3", "03", "5", "05", "4", "06", "6", "10", "", "7", "tel"],
    "planned": ["", "", "", "Y", "y", "N", "n", "true", "FALSE", "?"],
    "end_code": ["46", "46", "10", "17", "96", "050", "99", "ZZ", ""],
    "primary": ["P", "Y", "1", "true", "S", "N", "0", ""],
    "sick_pay": ["Y", "N", "Y", "N", "U", "Z", ""],
    "therapy_code": ["", "999999999", *sorted(naive.LOW_INTENSITY)[:3], *sorted(naive.HIGH_INTENSITY)[:3]],
}
MEASURES = ["PHQ-9", "phq9", "720433000", "PHQ 9", "GAD-7", "gad7", "445455005", "GAD_7", "SPIN", "MI", "OCI", "PCL-5"]
MEASURES += ["IES-R", "PDSS", "HAI", "PSWQ", "WSAS", "BIQ", "CFQ", "Francis IBS", "PHQ-15", "HADS", "", "12345678"]
WSAS_NAMES = ["work", "home management", "social leisure activities", "private leisure activities", "relationships"]
COMPLAINTS = ["F40.0", "f4001", "F40.1", "F41.0", "F42", "F42.2", "F43.1", "F431", "F45.2", "G93.3", "K58", " F32.1 "]
COMPLAINTS += ["83482000", "723916001", "F411", "Z63", "12345", "-3", "F4", "depression", ""]
TOP = {"PHQ-9": 27, "GAD-7": 21, "SPIN": 68, "OCI": 168, "PCL-5": 80, "IES-R": 88, "PDSS": 28, "HAI": 54, "PSWQ": 80}
START = day("2024-03-25")


class Oddities:
    """Draws pathways in which everything odd happens often."""

    def __init__(self, seed, ids="mixed"):
        self.rng = random.Random(seed)
        self.ids = ids

    def some_day(self, missing=0.04, last=70):
        rng = self.rng
        if rng.random() < missing:
            return ""
        return str(START + dt.timedelta(days=int(rng.random() ** 1.5 * last)))

    def some_id(self, letter, top=9):
        """Few ids, so that some are used again."""
        number = self.rng.randrange(1, top)
        if self.ids == "numbers":
            return str(number)
        if self.ids == "alike":
            return f"{letter}{number:04}"
        return self.rng.choice([str(number), str(number), f"{number}0", f"{letter}{number}", f"{letter}1{number}", ""])

    def code(self, name):
        return self.rng.choice(CODES[name])

    def rows(self, most, row):
        return [row() for _ in range(int(self.rng.random() ** 1.3 * (most + 1)))]

    def referral(self):
        rng = self.rng
        first = START + dt.timedelta(days=rng.randrange(0, 15))
        last = first + dt.timedelta(days=rng.choice([0, 20, 40, 60, 60, 60, -3]))
        return {
            "referral_date": "" if rng.random() < 0.03 else str(first),
            "discharge_date": "" if rng.random() < 0.3 else str(last),
            "end_code": self.code("end_code"),
        }

    def contact(self):
        names = ["attendance", "type", "planned", "therapy_code"]
        codes = {name: self.code(name) for name in names}
        if self.rng.random() < 0.6:
            codes |= {"attendance": "5", "type": "02", "planned": "Y"}
        return {"contact_id": self.some_id("c", 30), "date": self.some_day(), "duration": "50", **codes}

    def score(self):
        rng = self.rng
        measure = rng.choice([*MEASURES, *MEASURES[:10]])
        if rng.random() < 0.25:
            measure = f"WSAS {rng.choice(WSAS_NAMES)}"
        known = naive.measure_named(measure) or ""
        top = 8 if measure.startswith("WSAS ") else TOP.get(known, 30)
        value = str(rng.randrange(0, top + 1))
        if known == "MI":
            value = rng.choice(["1", "2.27", "2.30", "2.31", "3.00", "3.03", "4.5", "5", "5.01"])
        if rng.random() < 0.04:
            value = rng.choice(["-1", "99", "7.5", "seven", "999", "16.0"])
        row = {
            "score_id": self.some_id("s", 40),
            "date": self.some_day(),
            "measure": measure,
            "score": value,
            "contact_id": self.some_id("c", 30) if rng.random() < 0.3 else "",
        }
        if known in naive.NOT_CONFIGURED or not known:
            row["score_id"] = ""
        elif rng.random() < 0.03:
            row |= {"score_id": "", "score": "", "contact_id": ""}
        return row

    def complaint(self):
        return {
            "complaint_id": self.some_id("p"),
            "code": self.rng.choice(COMPLAINTS),
            "date": self.some_day(0.2),
            "primary": self.code("primary"),
        }

    def pathway(self):
        return [
            [self.referral() for _ in range(self.rng.choice([1] * 12 + [2, 3]))],
            self.rows(12, self.contact),
            self.rows(24, self.score),
            self.rows(4, self.complaint),
            self.rows(5, lambda: {"log_id": self.some_id("l"), "date": self.some_day()}),
            self.rows(5, lambda: {"date": self.some_day(), "sick_pay": self.code("sick_pay")}),
        ]

    def caseload(self, number):
        return Caseload((f"P{at}", self.pathway()) for at in range(number))


@pytest.mark.parametrize("ids", ["mixed", "numbers", "alike"])
@pytest.mark.parametrize("as_at", [None, day("2024-04-02"), day("2024-04-20")], ids=str)
def test_random_pathways(ids, as_at):
    """Every column and every finding as in the oracle, which was written from the rules alone."""
    caseload = Oddities(f"{ids} {as_at}", ids).caseload(250)
    assert differences(caseload, "polars", as_at) == []
