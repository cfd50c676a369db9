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
        self.counts = Counter()
        for at, name in enumerate(NAMES):
            for pathway in self.order(name, at):
                row = self.counts[pathway, name]
                self.add(name, pathway, row, self.pathways[pathway][at][row])
                self.counts[pathway, name] += 1

    def order(self, name, at):
        """The pathway of each row of a table: side by side in that of referrals, in any order in the others."""
        order = [pathway for pathway, tables in self.pathways.items() for _ in tables[at]]
        if name != "referrals":
            random.Random(name).shuffle(order)
        return order

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
# Proves CONTACT-1, CONTACT-2, CONTACT-3, CONTACT-4, CONTACT-5, CONTACT-6, CONTACT-7, CONTACT-8, COURSE-1, COURSE-2,
# COURSE-3, FIRSTLAST-1, FIRSTLAST-2, FIRSTLAST-3, FIRSTLAST-4, FIRSTLAST-5, FIRSTLAST-6, ANXIETY-1, ANXIETY-2,
# ANXIETY-3, ANXIETY-4, ANXIETY-5, ANXIETY-7, STAGE-1, STAGE-2, STAGE-3, STAGE-5, PERIOD-2, FINDING-1, FINDING-2,
# FINDING-5, MEASURE-13, CASENESS-4, RECOVERY-1, CHANGE-4, PERIOD-3.
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

    def theme(self):
        """A problem, and the measures that are filled in for it most often."""
        self.problem = self.rng.choice(COMPLAINTS[:16])
        named = naive.measures_of(naive.complaint_code(self.problem))
        self.favourites = ["PHQ-9", "GAD-7", *named, *named]
        self.usual = self.rng.random() < 0.5

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
        if self.rng.random() < (0.95 if self.usual else 0.6):
            codes |= {"attendance": "5", "type": "02", "planned": "Y"}
        return {"contact_id": self.some_id("c", 30), "date": self.some_day(), "duration": "50", **codes}

    def score(self):
        rng = self.rng
        measure = rng.choice(self.favourites if rng.random() < 0.6 else MEASURES)
        if rng.random() < 0.2:
            measure = f"WSAS {rng.choice(WSAS_NAMES)}"
        known = naive.measure_named(measure) or ""
        top = 8 if measure.startswith("WSAS ") else TOP.get(known, 30)
        value = str(rng.randrange(0, top + 1))
        if known == "MI":
            value = rng.choice(["1", "2.27", "2.30", "2.31", "3.00", "3.03", "4.5", "5", "5.01"])
        date = self.some_day()
        if self.usual and known != "MI" and date > str(START + dt.timedelta(days=25)):
            value = str(int(value) // 3)
        if rng.random() < 0.04:
            value = rng.choice(["-1", "99", "7.5", "seven", "999", "16.0"])
        row = {
            "score_id": self.some_id("s", 40),
            "date": date,
            "measure": measure,
            "score": value,
            "contact_id": self.some_id("c", 30) if rng.random() < 0.2 else "",
        }
        if known in naive.NOT_CONFIGURED or not known:
            row["score_id"] = ""
        elif rng.random() < 0.03:
            row |= {"score_id": "", "score": "", "contact_id": ""}
        return row

    def complaint(self):
        return {
            "complaint_id": self.some_id("p"),
            "code": self.problem if self.usual else self.rng.choice(COMPLAINTS),
            "date": self.some_day(0.2),
            "primary": self.code("primary"),
        }

    def pathway(self):
        self.theme()
        return [
            [self.referral() for _ in range(self.rng.choice([1] * 12 + [2, 3]))],
            self.rows(20, self.contact),
            self.rows(36, self.score),
            self.rows(4, self.complaint),
            self.rows(5, lambda: {"log_id": self.some_id("l"), "date": self.some_day()}),
            self.rows(5, lambda: {"date": self.some_day(), "sick_pay": self.code("sick_pay")}),
        ]

    def caseload(self, number):
        return Caseload((f"P{at}", self.pathway()) for at in range(number))


@pytest.mark.parametrize("ids", ["mixed", "numbers", "alike"])
@pytest.mark.parametrize("as_at", [None, day("2024-04-02"), day("2024-04-20")], ids=str)
# Proves CONTACT-1, CONTACT-2, CONTACT-3, CONTACT-4, CONTACT-5, CONTACT-6, CONTACT-7, CONTACT-8, COURSE-1, COURSE-2,
# COURSE-3, FIRSTLAST-1, FIRSTLAST-2, FIRSTLAST-3, FIRSTLAST-4, FIRSTLAST-5, FIRSTLAST-6, ANXIETY-1, ANXIETY-2,
# ANXIETY-3, ANXIETY-4, ANXIETY-5, ANXIETY-7, STAGE-1, STAGE-2, STAGE-3, STAGE-5, PERIOD-2, FINDING-1, FINDING-2,
# FINDING-5, MEASURE-13, CASENESS-4, RECOVERY-1, CHANGE-4, PERIOD-3.
def test_random_pathways(ids, as_at):
    """Every column and every finding as in the oracle, which was written from the rules alone."""
    caseload = Oddities(f"{ids} {as_at}", ids).caseload(250)
    assert differences(caseload, "polars", as_at) == []


def test_random_pathways_are_odd():
    """So that the comparison above means something."""
    caseload = Oddities("mixed None").caseload(250)
    found = Counter(kind for *_, kind in findings_of(iapt.derive(*caseload.frames(MAKE_TYPED["polars"]))))
    unheard = {"unknown_pathway", "missing_id"}
    assert min(found[kind] for kind in FINDINGS - unheard) >= 4
    rows = [naive.derive_pathway(*tables, None)[0] for tables in caseload.pathways.values()]
    values = {field: Counter(row[field] for row in rows) for field in rows[0]}
    assert all(len(counts) > 1 for counts in values.values())
    assert len(values["anxiety_measure"]) >= 7
    assert all(min(values[fact].values()) >= 5 for fact in naive.FACTS)


def test_order_of_rows_where_ids_decide():
    """A shuffled table gives the same referrals."""
    caseload = Unique(5).caseload(200)
    frames = caseload.frames(MAKE_TYPED["polars"])
    derived = iapt.derive(*frames)
    shuffled = iapt.derive(*(frame.sample(fraction=1, shuffle=True, seed=3) for frame in frames))
    assert list(by_pathway(shuffled.referrals)) != list(caseload.pathways)
    assert by_pathway(shuffled.referrals) == by_pathway(derived.referrals)
    kinds = [Counter((table, pathway, kind) for table, _, pathway, kind in findings_of(d)) for d in (derived, shuffled)]
    assert kinds[0] == kinds[1]


class Unique(Oddities):
    """No id is used twice, there is one referral a pathway, and one record of employment a day."""

    def some_id(self, letter, top=9):
        self.last = getattr(self, "last", 0) + 1
        return f"{letter}{self.last * 7919 % 1_000_003}"

    def pathway(self):
        tables = super().pathway()
        employment = {row["date"]: row for row in tables[-1]}
        return [tables[0][:1], *tables[1:-1], list(employment.values())]


@pytest.mark.parametrize("make", ["polars", "pandas"])
def test_threads_change_nothing(make, monkeypatch):
    """More pathways than one thread takes at a time."""
    pl = library("polars")
    few = Oddities("threads").caseload(300).frames(MAKE_TYPED["polars"])
    frames = [pl.concat([frame.with_columns(pl.col("pathway_id") + f".{copy}") for copy in range(70)]) for frame in few]
    frames = [frame.to_pandas() for frame in frames] if make == "pandas" else frames
    results = []
    for threads in ("1", "2"):
        monkeypatch.setenv("IAPT_THREADS", threads)
        results.append(iapt.derive(*frames))
    one, two = results
    assert len(one) == 21_000
    assert one.referrals.equals(two.referrals)
    assert one.findings.equals(two.findings)
    assert one.count_findings() > 70_000


# Findings

FINDINGS = {
    "score_out_of_range",
    "unknown_measure",
    "threshold_not_configured",
    "contact_before_referral",
    "contact_after_discharge",
    "score_before_referral",
    "score_after_discharge",
    "discharge_before_referral",
    "conflicting_scores",
    "unknown_code",
    "descriptor_without_measure",
    "duplicate_id",
    "missing_date",
    "missing_id",
    "unknown_pathway",
    "unknown_contact",
}


def date(text):
    """A day of 2024."""
    return day(f"2024-{text}")


SIMPLE = {
    "referrals": {
        "pathway_id": [101, 102, 103],
        "referral_date": [date("04-01"), date("04-02"), date("04-03")],
        "discharge_date": [date("09-30"), date("09-30"), None],
        "end_code": [46, 50, None],
    },
    "contacts": {
        "pathway_id": [101, 102, 101, 101, 103, 103],
        "contact_id": [11, 21, 12, 13, 31, 32],
        "date": [date(d) for d in ("05-01", "05-02", "06-01", "08-01", "05-03", "05-04")],
        "attendance": [5, 5, 6, 5, 3, 5],
        "type": [3, 2, 2, 6, 2, 2],
        "duration": [50, 40, None, 30, 20, 60],
    },
    # The fourth is at a follow-up; of the fifth and the sixth, on one day, the fifth has the higher id.
    "scores": {
        "pathway_id": [101, 101, 101, 101, 102, 102, 101, 101, 103],
        "score_id": [1, 2, 3, 4, 10, 9, 5, 6, 7],
        "date": [date(d) for d in ("05-01", "06-01", "05-01", "08-01", "05-02", "05-02", "05-01", "06-01", "05-04")],
        "measure": ["PHQ-9", "PHQ-9", "GAD-7", "PHQ-9", "PHQ-9", "PHQ-9", "SPIN", "SPIN", "GAD-7"],
        "score": [18, 9, 14, 27, 8, 12, 41, 15, 7],
        "contact_id": [11, 12, 11, 13, 21, 21, 11, 12, 32],
    },
    "complaints": {
        "pathway_id": [101, 101, 102],
        "complaint_id": [1, 2, 3],
        "code": ["F40.10", "F32.1", "F411"],
        "date": [date("04-10"), date("04-11"), None],
        "primary": ["P", "S", None],
    },
    "internet_therapy": {"pathway_id": [102, 103], "log_id": [1, 1], "date": [date("05-09"), date("05-10")]},
    "employment": {
        "pathway_id": [101, 101],
        "date": [date("04-02"), date("09-01")],
        "sick_pay": ["Y", "N"],
    },
}
EXPECTED = {
    101: {"treatment_contacts": 2, "care_contacts": 2, "assessment_wait": 30, "finished_course": True},
    102: {"treatment_contacts": 2, "care_contacts": 1, "assessment_wait": None, "finished_course": True},
    103: {"treatment_contacts": 2, "care_contacts": 1, "assessment_wait": None, "finished_course": False},
}
EXPECTED[101] |= {"anxiety_measure": "SPIN", "phq9_first": 18, "phq9_last": 9, "anxiety_last": 15, "gad7_last": None}
EXPECTED[101] |= {"problem_descriptor": "F4010", "reliable_recovery": True, "sick_pay_first": True}
EXPECTED[102] |= {"anxiety_measure": "GAD-7", "phq9_first": 8, "phq9_last": None, "anxiety_last": None, "paired": False}
EXPECTED[103] |= {"anxiety_measure": "GAD-7", "gad7_first": 7, "second_treatment_wait": 6, "caseness": False}
CONFLICT = ("scores", 5, "conflicting_scores")


def changed(changes):
    """The simple tables, with other columns; None takes a column away, and None in place of a table the table."""
    tables = {name: dict(columns) for name, columns in SIMPLE.items()}
    for name, columns in changes.items():
        tables[name] = columns and {n: v for n, v in (tables[name] | columns).items() if v is not None}
    return tables


def derive_simple(kind="polars", make=None, changes=None, **options):
    make = make or MAKE_TYPED[kind]
    tables = changed(changes or {})
    return iapt.derive(*(columns and make(columns) for columns in tables.values()), **options)


def kinds_of(derived):
    return [(table, row, kind) for table, row, _, kind in findings_of(derived)]


def check_simple(derived, ids=(101, 102, 103)):
    """Everything is as expected, whatever the tables looked like."""
    made = by_pathway(derived.referrals)
    assert list(made) == list(ids)
    for row, expected in zip(made.values(), EXPECTED.values(), strict=True):
        assert {name: row[name] for name in expected} == expected
    assert kinds_of(derived) == [CONFLICT]


@every_kind
def test_simple(kind):
    check_simple(derive_simple(kind))


@pytest.mark.parametrize("kind", MAKE)
def test_the_same_kind_comes_back(kind):
    make = MAKE[kind]
    derived = derive_simple(make=make)
    frame = make(SIMPLE["referrals"])
    wanted = iapt.ArrowStream if kind == "arrow stream" else type(frame)
    assert type(derived.referrals) is wanted
    assert type(derived.findings) is wanted
    assert len(derived) == 3
    made = read(derived.referrals)
    assert list(made)[:4] == list(SIMPLE["referrals"])
    assert made["treatment_contacts"] == [2, 2, 2]
    assert made["phq9_last"] == [9, None, None]
    assert list(read(derived.findings)) == ["table", "row", "pathway_id", "kind", "message"]


def test_kinds_may_be_mixed():
    """Each table of another kind: the result is of the kind of the referrals."""
    pl = library("polars")
    kinds = iter(["polars", "pandas", "pyarrow table", "polars", "pandas", "pyarrow table"])
    derived = derive_simple(make=lambda columns: MAKE_TYPED[next(kinds)](columns))
    assert isinstance(derived.referrals, pl.DataFrame)
    check_simple(derived)


@every_kind
def test_tables_that_may_be_absent(kind):
    derived = derive_simple(kind, changes=dict.fromkeys(["complaints", "internet_therapy", "employment"]))
    made = by_pathway(derived.referrals)
    assert [row["treatment_contacts"] for row in made.values()] == [2, 1, 1]
    assert made[101]["anxiety_measure"] == "GAD-7" and made[101]["problem_descriptor"] is None
    assert made[101]["sick_pay_first"] is None


@every_kind
# Proves FINDING-1.
def test_rows_without_pathway(kind):
    """A row without pathway_id, or of a pathway that no referral has, is left out and said so."""
    ids = {name: list(columns["pathway_id"]) for name, columns in SIMPLE.items()}
    for name in NAMES[1:]:
        ids[name][0] = None
        ids[name][-1] = 999
    derived = derive_simple(kind, changes={name: {"pathway_id": values} for name, values in ids.items()})
    missing = [(name, 0, "missing_id") for name in NAMES[1:]]
    unknown = [(name, len(ids[name]) - 1, "unknown_pathway") for name in NAMES[1:]]
    found = kinds_of(derived)
    assert set(missing + unknown) <= set(found)
    assert sum(kind in ("missing_id", "unknown_pathway") for *_, kind in found) == 10
    assert plain(read(derived.findings)["pathway_id"][found.index(missing[0])]) is None
    assert plain(read(derived.findings)["pathway_id"][found.index(unknown[1])]) == 999
    made = by_pathway(derived.referrals)
    assert [row["treatment_contacts"] for row in made.values()] == [1, 1, 0]


@every_kind
def test_referrals_without_pathway(kind):
    referrals = {"pathway_id": [None, 102, 103]}
    derived = derive_simple(kind, changes={"referrals": referrals})
    assert list(by_pathway(derived.referrals)) == [102, 103]
    assert ("referrals", 0, "missing_id") in kinds_of(derived)
    assert ("contacts", 0, "unknown_pathway") in kinds_of(derived)


def test_unknown_measures_of_one_id():
    """They are two measures, of which neither is known: not one score that was sent twice."""
    scores = {"measure": ["HADS", "EQ5D", *SIMPLE["scores"]["measure"][2:]], "score_id": [1, 1, 3, 4, 10, 9, 5, 6, 7]}
    found = kinds_of(derive_simple(changes={"scores": scores}))
    assert [f for f in found if f[1] < 2] == [("scores", 0, "unknown_measure"), ("scores", 1, "unknown_measure")]


# Proves FINDING-1.
def test_messages_say_what_was_done():
    caseload = Oddities("messages").caseload(150)
    derived = iapt.derive(*caseload.frames(MAKE_TYPED["polars"]))
    columns = read(derived.findings)
    kinds = dict(zip(columns["kind"], columns["message"], strict=True))
    assert kinds.keys() <= FINDINGS
    assert len(set(kinds.values())) == len(kinds) > 12
    assert all(len(message) > 20 for message in kinds.values())


SECRET = "7351994"


# Proves FINDING-3.
def test_findings_never_hold_a_score_or_an_id():
    scores = {"score": [*map(str, SIMPLE["scores"]["score"][:-2]), SECRET, f"x{SECRET}"]}
    scores |= {"measure": [SECRET, *SIMPLE["scores"]["measure"][1:]], "contact_id": [int(SECRET)] * 9}
    changes = {
        "scores": scores,
        "contacts": {"attendance": [SECRET] * 6, "contact_id": [int(SECRET)] * 6},
        "complaints": {"code": [f"x{SECRET}"] * 3, "complaint_id": [int(SECRET)] * 3},
        "referrals": {"end_code": [int(SECRET)] * 3},
        "employment": {"pathway_id": [int(SECRET)] * 2},
    }
    derived = derive_simple(changes=changes)
    columns = read(derived.findings)
    expected = {"score_out_of_range", "unknown_measure", "unknown_code", "duplicate_id", "unknown_pathway"}
    assert expected <= set(columns["kind"])
    assert SECRET not in "".join(columns["message"])
    assert SECRET not in repr(derived)


# What columns may look like


def array(values, kind):
    pa = library("pyarrow")
    if kind.startswith("dictionary of "):
        return array(values, kind.removeprefix("dictionary of ")).dictionary_encode()
    return pa.array(values, getattr(pa, kind)())


def texts(values):
    return [None if value is None else str(value) for value in values]


DATES = [
    "date32",
    "date64",
    "text",
    "text with time",
    "dictionary",
    "s",
    "ns",
    "us UTC",
    "us Europe/London",
    "ms +01:00",
]


def dates(values, kind):
    """Dates as a column of that kind; as a time half past midnight, where London is an hour ahead of UTC."""
    pa = library("pyarrow")
    if kind.startswith("date"):
        return array(values, kind)
    if kind in ("text", "dictionary"):
        column = pa.array(texts(values), pa.string())
        return column if kind == "text" else column.dictionary_encode()
    times = [value and dt.datetime.combine(value, dt.time(0, 30)) for value in values]
    if kind == "text with time":
        return pa.array([time and time.isoformat() for time in times])
    unit, _, zone = kind.partition(" ")
    hours = 1 if zone in ("Europe/London", "+01:00") else 0
    utc = [time and time - dt.timedelta(hours=hours) for time in times]
    return pa.array(utc, pa.timestamp(unit)).cast(pa.timestamp(unit, tz=zone or None))


@every_kind
@pytest.mark.parametrize("form", DATES)
# Proves PERIOD-5.
def test_dates(kind, form):
    columns = [(name, column) for name in NAMES for column in SIMPLE[name] if column.endswith("date")]
    changes = {name: {} for name in NAMES}
    for name, column in columns:
        changes[name][column] = dates(SIMPLE[name][column], form)
    assert len(columns) == 7
    check_simple(derive_simple(kind, changes=changes))


def test_pandas_objects_as_dates():
    pd = library("pandas")
    for convert in [lambda d: d, lambda d: pd.Timestamp(d), lambda d: dt.datetime(d.year, d.month, d.day), str]:
        column = pd.Series([d and convert(d) for d in SIMPLE["referrals"]["discharge_date"]], dtype=object)
        check_simple(derive_simple(make=pd.DataFrame, changes={"referrals": {"discharge_date": column}}))


@every_kind
@pytest.mark.parametrize("values", [["2024-02-30"] * 3, ["soon"] * 3, ["01/04/2024"] * 3])
# Proves PERIOD-5, FINDING-1.
def test_texts_that_are_no_dates(kind, values):
    """They are findings and stop nothing."""
    derived = derive_simple(kind, changes={"referrals": {"referral_date": values}})
    assert [(row, kind) for table, row, kind in kinds_of(derived) if table == "referrals"] == [
        (row, "missing_date") for row in range(3)
    ]


CODES_AS = {
    "int8": lambda values: array(values, "int8"),
    "int64": lambda values: array(values, "int64"),
    "float": lambda values: array(values, "float64"),
    "text": lambda values: array(texts(values), "string"),
    "padded": lambda values: array([None if v is None else f"{v:02}" for v in values], "string"),
    "blanks": lambda values: array([None if v is None else f" {v} " for v in values], "large_string"),
    "category": lambda values: array([None if v is None else f"{v:02}" for v in values], "dictionary of string"),
    "numbers in a dictionary": lambda values: array(values, "dictionary of int64"),
}


@every_kind
@pytest.mark.parametrize("form", CODES_AS)
def test_codes(kind, form):
    made = CODES_AS[form]
    contacts = {name: made([*SIMPLE["contacts"][name], None]) for name in ("attendance", "type")}
    more = {"contact_id": [*SIMPLE["contacts"]["contact_id"], 33], "duration": [*SIMPLE["contacts"]["duration"], None]}
    more |= {
        "pathway_id": [*SIMPLE["contacts"]["pathway_id"], 103],
        "date": [*SIMPLE["contacts"]["date"], date("05-05")],
    }
    changes = {"contacts": more | contacts, "referrals": {"end_code": made(SIMPLE["referrals"]["end_code"])}}
    check_simple(derive_simple(kind, changes=changes))


@every_kind
def test_yes_and_no_as_booleans(kind):
    contacts = {"planned": [True, True, True, True, False, None]}
    complaints = {"primary": [True, False, None]}
    derived = derive_simple(kind, changes={"contacts": contacts, "complaints": complaints})
    made = by_pathway(derived.referrals)
    assert made[101]["problem_descriptor"] == "F4010"
    assert made[103]["treatment_contacts"] == 3


SCORES = ["int8", "uint8", "int64", "float32", "float64", "string", "dictionary of string", "decimal"]


@every_kind
@pytest.mark.parametrize("form", SCORES)
def test_scores(kind, form):
    pa = library("pyarrow")
    values = [*SIMPLE["scores"]["score"], None]
    if form == "decimal":
        column = pa.array([None if v is None else Decimal(v) for v in values], pa.decimal128(7, 2))
    else:
        column = array(texts(values) if "string" in form else values, form)
    more = {name: [*values, values[0]] for name, values in SIMPLE["scores"].items()}
    check_simple(derive_simple(kind, changes={"scores": more | {"score": column}}))


@every_kind
@pytest.mark.parametrize("form", ["float64", "string", "decimal"])
# Proves SCORE-1, FINDING-5.
def test_fractions(kind, form):
    """MI is a mean: 3.00 to 2.27 is a reliable change and 2.30 no case, whatever the float says."""
    pa = library("pyarrow")
    values = ["3.00", "2.27", "2.30", "7.50"]
    forms = {
        "float64": lambda: pa.array([float(value) for value in values]),
        "string": lambda: pa.array(values),
        "decimal": lambda: pa.array([Decimal(value) for value in values]),
    }
    scores = {"pathway_id": [101, 101, 102, 102], "score_id": [1, 2, 3, 4], "measure": ["MI", "MI", "MI", "PHQ-9"]}
    scores |= {"date": [date("05-01"), date("06-01"), date("05-02"), date("05-02")], "score": forms[form]()}
    scores["contact_id"] = None
    complaints = {"code": ["F40.0", "F32.1", "F40.0"]}
    derived = derive_simple(kind, changes={"scores": scores, "complaints": complaints})
    made = by_pathway(derived.referrals)
    assert (made[101]["anxiety_measure"], made[101]["anxiety_first"]) == ("MI", 3)
    assert made[101]["anxiety_last"] == Fraction("2.27")
    assert ("scores", 3, "score_out_of_range") in kinds_of(derived)


@every_kind
@pytest.mark.parametrize("form", ["int32", "int64", "uint64", "string", "letters", "dictionary of string", "float64"])
@pytest.mark.parametrize("column", ["pathway_id", "contact_id", "score_id", "complaint_id", "log_id"])
def test_ids(kind, form, column):
    """Ids of any kind, and of another kind in each table: a float is what gaps make of whole numbers in pandas."""
    for only in [None, *(name for name in NAMES if column in SIMPLE[name])]:
        if form == "letters" and only is not None:
            continue
        changes = {}
        for name in NAMES:
            if column in SIMPLE[name] and only in (None, name):
                values = SIMPLE[name][column]
                if form in ("letters", "string", "dictionary of string"):
                    values = [f"K{value:03}" if form == "letters" else str(value) for value in values]
                changes[name] = {column: array(values, "string" if form == "letters" else form)}
        derived = derive_simple(kind, changes=changes)
        pathways = [plain(value) for value in read(derived.referrals)["pathway_id"]]
        letters = {"K101": 101, "K102": 102, "K103": 103, "101": 101, "102": 102, "103": 103}
        assert [letters.get(value, value) for value in pathways] == [101, 102, 103]
        check_simple(derived, pathways)


# Proves FIRSTLAST-4.
def test_ids_that_compare_as_numbers():
    """10 comes after 9 as a text, too; letters are compared as texts; a missing id is the lowest."""
    columns = {"pathway_id": [101, 101], "date": [date("05-01")] * 2, "measure": ["PHQ-9"] * 2, "score": [3, 4]}
    columns["contact_id"] = None
    for ids, winner in [
        ((10, 9), 3),
        (("10", "9"), 3),
        (("a10", "a9"), 4),
        (("a10", "a09"), 3),
        (("z", "99"), 3),
        (("1", None), 3),
        ((None, None), 4),
        (("18446744073709551617", "18446744073709551616"), 3),
        ((-5, -6), 3),
    ]:
        derived = derive_simple(changes={"scores": columns | {"score_id": ids}})
        assert by_pathway(derived.referrals)[101]["phq9_first"] == winner, ids
        assert kinds_of(derived)[0][2] == "conflicting_scores"


# Rows and columns


@every_kind
def test_other_columns_are_carried_through(kind):
    """In their order, with the row of the referral that counts."""
    more = {"provider": ["b", "a", None], "decile": [3, None, 10], "flag": [True, None, False]}
    referrals = {"note": ["x", "y", "z"], **SIMPLE["referrals"], **more}
    tables = changed({}) | {"referrals": referrals}
    derived = iapt.derive(*(MAKE_TYPED[kind](columns) for columns in tables.values()))
    made = read(derived.referrals)
    assert list(made)[:8] == list(referrals)
    for name in ("note", *more):
        assert [plain(value) for value in made[name]] == referrals[name]


@every_kind
# Proves PERIOD-3.
def test_the_latest_referral_of_a_pathway_is_kept(kind):
    """In the place where the pathway first appeared."""
    referrals = {
        "pathway_id": [7, 8, 7, 9, 7, 8],
        "referral_date": [date("04-01"), date("06-01"), date("05-01"), None, None, date("06-01")],
        "discharge_date": [None] * 6,
        "end_code": [None] * 6,
        "provider": list("abcdef"),
    }
    derived = derive_simple(kind, changes={"referrals": referrals})
    made = read(derived.referrals)
    assert (made["pathway_id"], made["provider"]) == ([7, 8, 9], ["c", "f", "d"])
    duplicates = [row for table, row, kind in kinds_of(derived) if (table, kind) == ("referrals", "duplicate_id")]
    assert duplicates == [0, 1, 4]


def test_polars_keeps_types_that_arrow_has_not():
    pl = library("polars")
    enum = pl.Enum(["a", "b", "c"])
    frame = pl.DataFrame(SIMPLE["referrals"]).with_columns(
        kind=pl.Series(["a", "b", "c"], dtype=enum), thing=pl.Series([1, "x", None], dtype=pl.Object)
    )
    derived = iapt.derive(frame, *(pl.DataFrame(SIMPLE[name]) for name in NAMES[1:]))
    assert derived.referrals["kind"].dtype == enum
    assert derived.referrals["thing"].to_list() == [1, "x", None]
    check_simple(derived)


def test_pandas_nullable_and_arrow_types():
    pd = library("pandas")
    for backend in ("numpy_nullable", "pyarrow"):
        frames = [MAKE_TYPED["pandas"](SIMPLE[name]).convert_dtypes(dtype_backend=backend) for name in NAMES]
        check_simple(iapt.derive(*frames))
    text = pd.DataFrame(SIMPLE["referrals"]).astype({"end_code": "category", "pathway_id": "int32"})
    check_simple(iapt.derive(text, *frames[1:]))


def test_types_of_the_derived_columns():
    pl, pd = library("polars"), library("pandas")
    schema = dict(derive_simple("polars").referrals.schema)
    for name, dtype in schema.items():
        if name.endswith("_date"):
            assert dtype == pl.Date
        elif name in naive.FACTS or name in ("finished_course", "treated_once", "ended_before_treatment"):
            assert dtype == pl.Boolean
        elif name.endswith(("_contacts", "_wait")) or name.startswith(("phq9", "gad7", "wsas")):
            assert dtype == pl.Int64
    dtypes = derive_simple("pandas").referrals.dtypes
    assert all(dtypes[fact].kind == "b" for fact in naive.FACTS)
    assert dtypes["first_treatment_date"].kind == "M"
    assert dtypes["phq9_last"] == pd.Int64Dtype()
    assert dtypes["sick_pay_first"] == pd.BooleanDtype()


@every_kind
@pytest.mark.parametrize("empty", NAMES)
def test_no_rows(kind, empty):
    columns = {name: column[:0] for name, column in library("pyarrow").table(SIMPLE[empty]).to_pydict().items()}
    typed_columns = library("pyarrow").table(SIMPLE[empty]).slice(0, 0)
    for table in [dict(zip(columns, typed_columns.columns, strict=True)), typed(columns)]:
        derived = derive_simple(kind, changes={empty: table})
        made = by_pathway(derived.referrals)
        assert len(made) == (0 if empty == "referrals" else 3)
        if empty == "contacts":
            assert [row["treatment_contacts"] for row in made.values()] == [0, 1, 1]
        if empty == "scores":
            assert not any(row["phq9_first"] for row in made.values())


@every_kind
@pytest.mark.parametrize("table", NAMES)
def test_columns_of_nothing_but_nulls(kind, table):
    """Of whatever type the library of frames then takes them to be."""
    for column in set(SIMPLE[table]) - {"pathway_id"}:
        rows = len(SIMPLE[table]["pathway_id"])
        nothing = array([None] * rows, "null")
        assert len(derive_simple(kind, changes={table: {column: nothing}})) == 3
    whole = {column: array([None] * rows, "null") for column in SIMPLE[table]}
    assert len(derive_simple(kind, changes={table: whole})) == (0 if table == "referrals" else 3)


def test_polars_nulls():
    """As they come from a frame that was made without types."""
    pl = library("polars")
    derived = derive_simple(make=pl.DataFrame, changes={"referrals": {"discharge_date": [None] * 3}})
    assert not any(read(derived.referrals)["finished_course"])
    scores = {"score": [None] * 9, "score_id": [None] * 9, "contact_id": [None] * 9}
    derived = derive_simple(make=pl.DataFrame, changes={"scores": scores})
    assert kinds_of(derived) == [("complaints", 0, "descriptor_without_measure")]
    nothing = [pl.DataFrame({column: [] for column in SIMPLE[name]}) for name in NAMES]
    assert len(iapt.derive(*nothing)) == 0


def test_pandas_nan():
    """As they come from a file with empty columns."""
    pd = library("pandas")
    nan = [float("nan")] * 9
    derived = derive_simple(make=pd.DataFrame, changes={"referrals": {"discharge_date": nan[:3]}})
    assert not any(read(derived.referrals)["finished_course"])
    derived = derive_simple(make=pd.DataFrame, changes={"scores": {"score": nan, "score_id": nan, "contact_id": nan}})
    assert kinds_of(derived) == [("complaints", 0, "descriptor_without_measure")]


def test_chunks_and_slices():
    pa, pl = library("pyarrow"), library("polars")
    caseload = Oddities("chunks").caseload(60)
    whole = caseload.frames(MAKE_TYPED["pyarrow table"])
    expected = iapt.derive(*whole)
    parts = [pa.concat_tables([t.slice(0, 5), t.slice(5, 0), t.slice(5, 50), t.slice(55)]) for t in whole]
    assert parts[1].column(0).num_chunks > 2
    padded = [pa.concat_tables([t.slice(0, 3), t, t.slice(0, 2)]).combine_chunks().slice(3, len(t)) for t in whole]
    polars = [pl.concat([pl.from_arrow(t.slice(0, 7)), pl.from_arrow(t.slice(7))], rechunk=False) for t in whole]
    for frames in (parts, padded, polars):
        derived = iapt.derive(*frames)
        assert by_pathway(derived.referrals) == by_pathway(expected.referrals)
        assert findings_of(derived) == findings_of(expected)


def test_inputs_are_not_changed():
    for kind in KINDS:
        frames = [MAKE_TYPED[kind](columns) for columns in SIMPLE.values()]
        before = [frame.copy(deep=True) if kind == "pandas" else frame for frame in frames]
        contents = [read(frame) for frame in frames]
        derived = iapt.derive(*frames)
        if kind == "pandas":
            derived.referrals.loc[:, "end_code"] = 99
        assert [texts(read(frame).values()) for frame in frames] == [texts(columns.values()) for columns in contents]
        assert all(frame.equals(copy) for frame, copy in zip(frames, before, strict=True))


# Names

NATIONAL = {
    "referrals": ["PathwayID", "ReferralRequestReceivedDate", "ServDischDate", "EndCode"],
    "contacts": [
        "PathwayID",
        "Unique_CareContactID",
        "CareContDate",
        "AttendOrDNACode",
        "AppType",
        "ClinContDurOfCareCont",
    ],
    "scores": [
        "PathwayID",
        "UniqueID_IDS607",
        "AssToolCompDate",
        "CodedAssToolType",
        "PersScore",
        "Unique_CareContactID",
    ],
    "complaints": [
        "PathwayID",
        "UniqueID_IDS603",
        "Validated_PresentingComplaint",
        "PresCompDate",
        "PresCompCodSig",
    ],
    "internet_therapy": ["PathwayID", "UniqueID_IDS205", "StartDateIntEnabledTherLog"],
    "employment": ["PathwayID", "EmployStatusRecDate", "SickpayIndicator"],
}
SPELLINGS = [
    lambda name: name,
    str.lower,
    str.upper,
    lambda name: name.replace("_", ""),
    lambda name: {"ServDischDate": "ServDiscDate", "CareContDate": "CareContactDate"}.get(name, name),
    lambda name: {"PathwayID": "Pathway_ID", "Unique_CareContactID": "Unique_CareContact_ID"}.get(name, name),
]


@every_kind
@pytest.mark.parametrize("spell", SPELLINGS)
def test_national_names(kind, spell):
    frames = [
        MAKE_TYPED[kind](dict(zip(map(spell, NATIONAL[name]), SIMPLE[name].values(), strict=True))) for name in NAMES
    ]
    derived = iapt.derive(*frames, names="nhs_england")
    assert list(read(derived.referrals))[:4] == list(map(spell, NATIONAL["referrals"]))
    check_simple(derived)


@every_kind
def test_own_names(kind):
    columns = {name: {column: f"{name} {column}!" for column in SIMPLE[name]} for name in NAMES}
    frames = [
        MAKE_TYPED[kind]({columns[name][column]: values for column, values in SIMPLE[name].items()}) for name in NAMES
    ]
    derived = iapt.derive(*frames, columns=columns)
    assert list(read(derived.referrals))[:4] == [f"referrals {column}!" for column in SIMPLE["referrals"]]
    check_simple(derived)
    national = [dict(zip(NATIONAL[name], SIMPLE[name].values(), strict=True)) for name in NAMES]
    national[1]["Seen"] = national[1].pop("CareContDate")
    own = {"contacts": {"date": "Seen"}}
    check_simple(iapt.derive(*map(MAKE_TYPED[kind], national), names="nhs_england", columns=own))


@every_kind
def test_codes_of_the_caller_for_measures(kind):
    codes = {"PHQ-9": "990001", "SPIN": "990002"}
    measure = [codes.get(name, name) for name in SIMPLE["scores"]["measure"]]
    changes = {"scores": {"measure": measure}}
    found = kinds_of(derive_simple(kind, changes=changes))
    assert sum(kind == "unknown_measure" for *_, kind in found) == 7
    check_simple(derive_simple(kind, changes=changes, tools={990001: "PHQ-9", "990002": "spin"}))
    assert refused(lambda: derive_simple(kind, tools={"1": "HADS"})).code == "UNKNOWN_MEASURE"


@every_kind
# Proves MEASURE-13, MEASURE-14, EDITION-2.
def test_measures_of_the_caller(kind):
    """CFQ has no confirmed national threshold: with the caller's own it decides."""
    names = [{"SPIN": "CFQ"}.get(name, name) for name in SIMPLE["scores"]["measure"]]
    changes = {"scores": {"measure": names}, "complaints": {"code": ["G93.3", "F32.1", "F411"]}}
    plain_result = derive_simple(kind, changes=changes)
    assert by_pathway(plain_result.referrals)[101]["anxiety_measure"] == "GAD-7"
    assert ("scores", 6, "threshold_not_configured") in kinds_of(plain_result)
    cfq = iapt.Measure("CFQ", 0, 42, caseness_threshold=19, reliable_change=8)
    made = by_pathway(derive_simple(kind, changes=changes, measures={"CFQ": cfq}).referrals)
    assert made[101]["anxiety_measure"] == "CFQ"
    assert made[101]["reliable_recovery"] is True
    strict = iapt.Measure("PHQ-9", 0, 27, caseness_threshold=5, reliable_change=6)
    made = by_pathway(derive_simple(kind, measures={"PHQ-9": strict}).referrals)
    assert (made[101]["recovery"], made[101]["reliable_improvement"]) == (False, True)


# As at a day


@every_kind
# Proves PERIOD-2.
def test_as_at(kind):
    for as_at in ["2024-05-31", date("05-31"), dt.datetime(2024, 5, 31)]:
        made = by_pathway(derive_simple(kind, as_at=as_at).referrals)
        assert [row["treatment_contacts"] for row in made.values()] == [1, 2, 2]
        assert not any(row["finished_course"] for row in made.values())
        assert made[101]["phq9_last"] is None


# Proves PERIOD-1.
def test_as_at_hides_referrals_that_are_later():
    """And all findings of them."""
    derived = derive_simple(as_at="2024-04-01")
    made = by_pathway(derived.referrals)
    assert kinds_of(derived) == []
    assert not any(made.get(pathway, {}).get("treatment_contacts") for pathway in (102, 103))
    derived = derive_simple(as_at="2024-04-02", changes={"contacts": {"date": [date("04-01")] * 6}})
    assert {pathway for *_, pathway, _ in findings_of(derived)} == {102}


# Proves PERIOD-2, PERIOD-3.
def test_as_at_takes_the_row_of_a_pathway_that_was_known():
    referrals = {
        "pathway_id": [101, 101],
        "referral_date": [date("04-01"), date("07-01")],
        "discharge_date": [date("05-20"), None],
        "end_code": [46, None],
        "provider": ["early", "late"],
    }
    known = derive_simple(as_at="2024-06-30", changes={"referrals": referrals})
    assert read(known.referrals)["treatment_contacts"] == [1]
    assert read(known.referrals)["provider"] == ["early"]
    assert [f for f in kinds_of(known) if f[2] == "duplicate_id"] == []
    later = derive_simple(as_at="2024-07-01", changes={"referrals": referrals})
    assert read(later.referrals)["provider"] == ["late"]
    assert ("referrals", 0, "duplicate_id") in kinds_of(later)


@every_kind
# Proves EXPLAIN-2.
def test_explain(kind):
    derived = derive_simple(kind)
    text = derived.explain(0)
    for words in ("2024-04-01", "2024-09-30", "SPIN", "F4010", "first 18", "Reliable recovery: yes"):
        assert words in text
    assert "never" in derived.explain(2)
    assert "not discharged" not in derived.explain(1)
    assert "not discharged" in derived.explain(1, as_at=date("05-31"))
    for row in (3, -1):
        with pytest.raises(IndexError):
            derived.explain(row)


def test_repr():
    assert repr(derive_simple()) == "<iapt.Derived: 3 referrals, 1 findings>"


# What is refused


def refused(call):
    with pytest.raises(iapt.IaptError) as caught:
        call()
    assert SECRET not in str(caught.value)
    return caught.value


NEEDED = [
    ("referrals", "pathway_id"),
    ("referrals", "referral_date"),
    ("contacts", "pathway_id"),
    ("contacts", "date"),
    ("contacts", "attendance"),
    ("contacts", "type"),
    ("scores", "pathway_id"),
    ("scores", "date"),
    ("scores", "measure"),
    ("scores", "score"),
    ("complaints", "pathway_id"),
    ("complaints", "code"),
    ("internet_therapy", "pathway_id"),
    ("internet_therapy", "date"),
    ("employment", "pathway_id"),
    ("employment", "date"),
    ("employment", "sick_pay"),
]


@every_kind
def test_columns_that_are_needed(kind):
    for table, column in NEEDED:
        error = refused(lambda t=table, c=column: derive_simple(kind, changes={t: {c: None}}))
        assert isinstance(error, iapt.FrameError)
        assert (error.code, error.field) == ("MISSING_COLUMN", column)
        assert table in str(error)
    for table in NAMES:
        for column in set(SIMPLE[table]) - {column for name, column in NEEDED if name == table}:
            assert len(derive_simple(kind, changes={table: {column: None}})) == 3


@every_kind
def test_names_that_are_not_known(kind):
    error = refused(lambda: derive_simple(kind, columns={"contacts": {"when": "date"}}))
    assert (error.code, error.field) == ("UNKNOWN_NAME", "when")
    error = refused(lambda: derive_simple(kind, columns={"sessions": {"date": "date"}}))
    assert (error.code, error.field) == ("UNKNOWN_NAME", "sessions")
    error = refused(lambda: derive_simple(kind, columns={"contacts": {"date": "Seen"}}))
    assert (error.code, error.field) == ("MISSING_COLUMN", "Seen")
    error = refused(lambda: derive_simple(kind, names="nhs_england"))
    assert (error.code, error.field) == ("MISSING_COLUMN", "ReferralRequestReceivedDate")
    with pytest.raises(ValueError, match="nhs_england"):
        derive_simple(kind, names="nhs")
    error = refused(lambda: derive_simple(kind, as_at="soon"))
    assert (error.code, error.field) == ("NOT_A_DATE", "as_at")


@every_kind
def test_a_column_that_would_be_there_twice(kind):
    for name in ("paired", "phq9_first", "treatment_contacts", "stage_wait"):
        error = refused(lambda n=name: derive_simple(kind, changes={"referrals": {n: [1, 2, 3]}}))
        assert (error.code, error.field) == ("COLUMN_EXISTS", name)


WRONG = [
    ("scores", "score", [True] * 9),
    ("scores", "score", [date("05-01")] * 9),
    ("scores", "score", [[1]] * 9),
    ("scores", "date", [7] * 9),
    ("contacts", "date", [45000.0] * 6),
    ("contacts", "date", [True] * 6),
    ("referrals", "referral_date", [20240401] * 3),
    ("referrals", "discharge_date", [True, False, None]),
    ("referrals", "pathway_id", [[1], [2], [3]]),
    ("employment", "date", [1, 2]),
    ("contacts", "contact_id", [[1]] * 6),
    ("contacts", "attendance", [{"code": 5}] * 6),
]


@every_kind
@pytest.mark.parametrize(("table", "column", "values"), WRONG)
def test_columns_of_another_type(kind, table, column, values):
    error = refused(lambda: derive_simple(kind, changes={table: {column: values}}))
    assert isinstance(error, iapt.FrameError)
    assert (error.code, error.field) == ("COLUMN_TYPE", column)


def test_the_name_of_the_caller_is_the_one_in_the_error():
    """For it is the one that the caller knows."""
    frames = [MAKE_TYPED["polars"](SIMPLE[name]) for name in NAMES]
    frames[2] = frames[2].rename({"score": "Points"}).with_columns(Points=True)
    assert refused(lambda: iapt.derive(*frames, columns={"scores": {"score": "Points"}})).field == "Points"


def test_pandas_objects_of_several_types():
    """They are read as what they are written as."""
    pd = library("pandas")
    for values in ([101, SECRET, 103], [101, "102", 103]):
        column = pd.Series(values, dtype=object)
        derived = derive_simple(make=pd.DataFrame, changes={"referrals": {"pathway_id": column}})
        assert list(derived.referrals["pathway_id"]) == values
        assert all(SECRET not in text for text in derived.findings["message"])


def test_objects_that_are_no_frames():
    frames = [MAKE_TYPED["polars"](SIMPLE[name]) for name in NAMES]
    for wrong in (5, "text", [1, 2], SIMPLE["contacts"]):
        for at in range(len(frames)):
            with pytest.raises(TypeError):
                iapt.derive(*frames[:at], wrong, *frames[at + 1 :])
    with pytest.raises((TypeError, iapt.FrameError)):
        iapt.derive(None, *frames[1:])


def test_no_output_without_a_terminal(capfd):
    derive_simple(progress=None)
    assert capfd.readouterr() == ("", "")


def test_it_can_be_imported_alone():
    """No library of frames is needed for the import itself."""
    code = "import sys, iapt; sys.exit(any(name in sys.modules for name in ('polars', 'pandas', 'pyarrow', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0


@every_kind
def test_names_for_all_tables(kind):
    tables = changed({})
    renamed = {
        name: columns and {"Pathway" if c == "pathway_id" else c: v for c, v in columns.items()}
        for name, columns in tables.items()
    }
    frames = [columns and MAKE_TYPED[kind](columns) for columns in renamed.values()]
    derived = iapt.derive(*frames, columns={"pathway_id": "Pathway", "scores": {"pathway_id": "Pathway"}})
    assert list(read(derived.referrals)["Pathway"]) == [101, 102, 103]
    assert kinds_of(derived) == [CONFLICT]
    error = refused(lambda: iapt.derive(*frames, columns={"pathway": "Pathway"}))
    assert (error.code, error.field) == ("UNKNOWN_NAME", "pathway")
    error = refused(lambda: iapt.derive(*frames, columns={"pathway_id": 1}))
    assert (error.code, error.field) == ("UNKNOWN_NAME", "pathway_id")
