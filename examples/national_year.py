"""Make a synthetic national year (2024-25) of referrals, contacts, scores, complaints, therapy logs and sick pay.

    python national_year.py OUT_DIR --referrals 20000 [--seed 1] [--format csv|parquet] [--truth]

No patient is in it and the providers do not exist: every row is drawn at random. Tables and columns are named as in
the national data set. What is true of a referral as at 31 March 2025 is drawn first, and sessions that produce it are
written afterwards, with much around them that must not count; `--truth` writes what was drawn, one row per referral.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

BATCH = 100_000  # referrals made at a time: this bounds the memory
NEVER = np.iinfo(np.int32).min  # no date
NO_CONTACT = -1


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(int))


START, END = day("2024-04-01"), day("2025-03-31")
LAST_EXPORT = END + 30  # the files also hold what happened in the month after the year


class Words(list):
    """The texts a column can hold; the rows have numbers instead, -1 for none."""

    def __getitem__(self, texts):
        return np.array([self.index(text) for text in texts]) if isinstance(texts, list) else self.index(texts)


ENDED, OPEN, LATE = range(3)  # within the year; not by its end; referred after it
UNLISTED, LOW, HIGH, BOTH = range(4)  # intensity of a treatment contact
UNIFORM, STEP, SINGLE_FIRST, EXCLUDED, BETWEEN, BACK, BOUNDARY, ALL_BOTH = range(8)  # shape of the stages
SHAPE_WEIGHTS = [0.62, 0.22, 0.05, 0.02, 0.02, 0.03, 0.02, 0.02]
SHAPE_BEFORE_TURN = np.array([0, 2, 1, 1, 2, 2, 1, 1])  # listed contacts needed before the turn, and from it on
SHAPE_AFTER_TURN = np.array([0, 2, 2, 3, 4, 3, 2, 1])
NOT_ASSESSED, BEFORE, WITH_FIRST, LATER, EARLY = range(5)  # when the assessment was
NO_SCORE, FIRST_ONLY, FIRST_AND_LAST = range(3)

ATTENDANCE = Words(["5", "6", "2", "3", "4", "7", "05", "06", "9"])
TYPES = Words(["01", "02", "03", "04", "05", "06", "10", "2", "3"])
PLANNED = Words(["Y", "N"])
LOW_CODES = ["748051000000105", "748101000000105", "748041000000107", "748091000000102", "748061000000108"]
LOW_CODES += ["702545008", "1026111000000108", "975131000000104"]
HIGH_CODES = ["304891004", "228557008", "443730003", "1127281000000100", "1129471000000105", "314034001", "449030000"]
HIGH_CODES += ["933221000000107", "1026131000000100"]
OTHER_CODES = ["286711000000107", "842901000000108", "1098051000000103"]  # of neither list
CODES = Words([*LOW_CODES, *HIGH_CODES, *OTHER_CODES])
END_CODES = Words(["10", "11", "12", "13", "14", "16", "17", "50", "95", "46", "47", "48", "49", "96", "99", "ZZ"])
SICK_PAY = Words(["Y", "N", "U", "Z"])
PRIMARY = Words(["P", "S"])
GENDERS = Words(["2", "1", "9", "X"])
AGES = Words(["Under 18", "18 to 25", "26 to 64", "65 to 74", "75 to 89", "90 and over"])
ETHNICITIES = Words(list("ABCDEFGHJKLMNPRSZ"))
INTENSITIES = Words(["low", "high"])


@dataclass
class Scale:
    """A measure: how its first scores are spread, its range, the SD of what moves its last score by itself."""

    mean: float
    sd: float
    low: float
    high: float
    noise: float
    decimals: int = 0


SCALES = {
    "PHQ-9": Scale(14.3, 5.5, 0, 27, 1.3),
    "GAD-7": Scale(13.1, 4.8, 0, 21, 1.5),
    "MI": Scale(3.1, 0.8, 1, 5, 0.3, 2),
    "SPIN": Scale(38, 12, 0, 68, 5),
    "PDSS": Scale(15, 5, 0, 28, 2),
    "OCI": Scale(75, 28, 0, 168, 10),
    "PCL-5": Scale(46, 13, 0, 80, 6),
    "IES-R": Scale(48, 14, 0, 88, 6),
    "HAI": Scale(28, 7, 0, 54, 3),
    "CFQ": Scale(22, 5, 0, 33, 3),
    "IBS": Scale(250, 80, 0, 500, 30),
    "BIQ": Scale(45, 9, 0, 72, 5),
    "PHQ-15": Scale(14, 4, 0, 30, 2),
    "PSWQ": Scale(62, 9, 16, 80, 5),
}
WSAS_ITEMS = ["work", "home management", "social leisure activities", "private leisure activities", "relationships"]
SCALES |= {f"WSAS {item}": Scale(4.3, 2, 0, 8, 0.9) for item in WSAS_ITEMS}
SPELLINGS = {
    "PHQ-9": ["720433000", "PHQ-9", "phq9"],
    "GAD-7": ["445455005", "GAD-7", "GAD 7"],
    "SPIN": ["SPIN", "Spin"],
}
SPELLINGS |= {"PCL-5": ["PCL-5", "pcl5"], "IES-R": ["IES-R", "IESR"], "WSAS work": ["WSAS work", "WSAS Work"]}
SPELLINGS = {name: SPELLINGS.get(name, [name]) for name in SCALES}
MEASURE_TEXTS = Words([text for texts in SPELLINGS.values() for text in texts] + ["WSAS", "HADS", "999999999"])

# family of the descriptor: the measures it names
NAMED = {
    "F400": ["MI"],
    "F401": ["SPIN"],
    "F410": ["PDSS"],
    "F42": ["OCI"],
    "F431": ["PCL-5", "IES-R"],
    "F452": ["HAI"],
    "G933": ["CFQ"],
    "K58": ["IBS"],
    "83482000": ["BIQ"],
    "723916001": ["PHQ-15"],
}
NOT_CONFIGURED = {"CFQ", "IBS", "BIQ", "PHQ-15"}  # without a range of their own: their scores do not count
FAMILIES = Words([*NAMED, "other"])
# descriptor, its family, its share, how it is written
DESCRIPTORS = [
    ("F321", "other", 0.16, ["F32.1", "F321"]),
    ("F33", "other", 0.12, ["F33", "f33"]),
    ("F411", "other", 0.21, ["F41.1", "F411", " F411 "]),
    ("F412", "other", 0.10, ["F412", "F41.2"]),
    ("F432", "other", 0.03, ["F43.2"]),
    ("Z63", "other", 0.02, ["Z63"]),
    ("F400", "F400", 0.015, ["F40.0", "F400", "f40.0"]),
    ("F4001", "F400", 0.005, ["F40.01", "F4001"]),
    ("F401", "F401", 0.045, ["F40.1", "F401"]),
    ("F4010", "F401", 0.005, ["F40.10", "f4010"]),
    ("F410", "F410", 0.045, ["F410", "F41.0"]),
    ("F42", "F42", 0.02, ["F42"]),
    ("F422", "F42", 0.02, ["F42.2", "F422"]),
    ("F431", "F431", 0.06, ["F43.1", "F431"]),
    ("F452", "F452", 0.02, ["F45.2", "F452"]),
    ("G933", "G933", 0.005, ["G93.3", "G933"]),
    ("K58", "K58", 0.003, ["K58"]),
    ("K589", "K58", 0.002, ["K58.9"]),
    ("83482000", "83482000", 0.005, ["83482000"]),
    ("723916001", "723916001", 0.005, ["723916001"]),
]
NO_COMPLAINT = 0.105  # the share without a valid descriptor
INVALID_COMPLAINTS = ["-3", "unknown", "F4", "12345"]
DESCRIPTOR_CODES = Words([code for code, _, _, _ in DESCRIPTORS])
COMPLAINT_TEXTS = Words([text for *_, texts in DESCRIPTORS for text in texts] + INVALID_COMPLAINTS)

# As in caseload.csv: most who finish shed over half of their scores, some get no better; mean and SD of the share shed.
CORRELATION = 0.5
HELPED, NOT_HELPED, LEFT_EARLY = (0.58, 0.27), (-0.12, 0.28), (0.2, 0.3)
HELPED_SHARE = 0.77


def pick(rng, n, values, weights=None):
    weights = None if weights is None else np.array(weights) / np.sum(weights)
    return rng.choice(np.asarray(values), n, p=weights)


def between(rng, low, high):
    """A whole number from `low` to `high`, both included, for each pair."""
    return (low + np.floor(rng.random(len(low)) * (high - low + 1))).astype(np.int32)


def some(rng, mask, share):
    """The places of a random share of those that the mask allows."""
    return np.flatnonzero(mask & (rng.random(len(mask)) < share))


# ---- the plan: what is true of each referral


@dataclass
class Providers:
    share: np.ndarray
    severity: np.ndarray
    effect: np.ndarray
    commissioner: np.ndarray

    @classmethod
    def draw(cls, seed, count=200, commissioners=106):
        rng = np.random.default_rng([seed, count])
        share = rng.lognormal(0, 1.1, count)
        number = np.arange(count)
        commissioner = np.where(number < commissioners, number, rng.integers(0, commissioners, count))
        return cls(share / share.sum(), rng.normal(0, 0.4, count), rng.normal(0, 0.03, count), commissioner)


@dataclass
class Plan:
    """The facts of a batch. Arrays of n have one entry per referral, those named event_* one per treatment contact."""

    rng: np.random.Generator
    n: int
    providers: Providers
    scores: dict = field(default_factory=dict)  # measure: first and last scores, NaN for none

    def __post_init__(self):
        self.provider = self.rng.choice(len(self.providers.share), self.n, p=self.providers.share)
        plan_numbers(self)
        plan_intensities(self)
        plan_dates(self)
        plan_stages(self)
        plan_assessment(self)
        plan_descriptor(self)
        plan_sick_pay(self)

    def event(self, place):
        """The date of each referral's treatment contact at that place; NEVER where there is none."""
        exists = (place >= 0) & (place < self.contacts)
        dates = np.append(self.event_date, NEVER)
        return dates[np.where(exists, self.starts + place, -1)]


def plan_numbers(plan):
    rng, n = plan.rng, plan.n
    plan.status = pick(rng, n, [ENDED, OPEN, LATE], [0.72, 0.27, 0.01])
    ended = plan.status == ENDED
    u = rng.random(n)
    course = 2 + np.minimum(rng.gamma(1.7, np.where(ended, 3.85, 2.8), n).astype(int), 38)
    once, more = np.where(ended, 0.33, 0.45), np.where(ended, 0.63, 0.62)
    plan.contacts = np.where(u < once, 0, np.where(u < more, 1, course))
    plan.contacts[plan.status == LATE] = 0
    plan.finished = ended & (plan.contacts >= 2)
    plan.starts = np.cumsum(plan.contacts) - plan.contacts
    plan.event_ref = np.repeat(np.arange(n), plan.contacts)
    plan.event_place = np.arange(len(plan.event_ref)) - plan.starts[plan.event_ref]


def plan_intensities(plan):
    """The order of low and high intensity among the contacts whose therapy is of one of the two lists."""
    rng, n, ref = plan.rng, plan.n, plan.event_ref
    listed_share = pick(rng, n, [1, 0.8, 0], [0.88, 0.09, 0.03])
    plan.event_listed = rng.random(len(ref)) < listed_share[ref]
    plan.listed = np.bincount(ref[plan.event_listed], minlength=n)
    plan.shape = pick(rng, n, range(8), SHAPE_WEIGHTS)
    plan.shape[plan.listed < (SHAPE_BEFORE_TURN + SHAPE_AFTER_TURN)[plan.shape]] = UNIFORM
    plan.turn = between(rng, SHAPE_BEFORE_TURN[plan.shape], plan.listed - SHAPE_AFTER_TURN[plan.shape])
    plan.turn[np.isin(plan.shape, [SINGLE_FIRST, EXCLUDED])] = 1
    plan.begins_high = rng.random(n) < np.where(np.isin(plan.shape, [STEP, BETWEEN]), 0.2, 0.5)
    plan.begins_high[plan.shape == BOUNDARY] = False
    plan.event_intensity = intensities(plan)
    digital = rng.random(n) < 0.06
    plan.event_log = digital[ref] & (plan.event_intensity == HIGH) & (rng.random(len(ref)) < 0.7)


def intensities(plan):
    ref = plan.event_ref
    before = np.cumsum(plan.event_listed) - plan.event_listed
    rank = before - before[plan.starts[ref]]  # among the listed contacts of the referral
    shape, turn = plan.shape[ref], plan.turn[ref]
    other = np.select(
        [shape == STEP, shape == SINGLE_FIRST, shape == EXCLUDED, shape == BETWEEN, shape == BACK, shape == BOUNDARY],
        [rank >= turn, rank == 0, rank == 1, (rank == turn) | (rank >= turn + 2), rank == turn, rank > turn],
        False,
    )
    both = (shape == ALL_BOTH) | ((shape == BOUNDARY) & (rank == turn))
    high = plan.begins_high[ref] ^ other
    return np.select([~plan.event_listed, both, high], [UNLISTED, BOTH, HIGH], LOW)


def plan_dates(plan):
    """All dates, back from the discharge or, of an open referral, from the end of the year."""
    rng, n, ref = plan.rng, plan.n, plan.event_ref
    ended, late, treated = plan.status == ENDED, plan.status == LATE, plan.contacts > 0
    wait = rng.lognormal(np.log(14), 0.9, n).astype(int)
    gap = np.maximum(1, pick(rng, len(ref), [7, 14, 21, 28], [0.45, 0.38, 0.1, 0.07]) + rng.integers(-2, 4, len(ref)))
    long = rng.random(len(ref)) < 0.03
    gap[long] = rng.integers(30, 150, long.sum())
    second = plan.event_place == 1
    gap[second] = 1 + rng.lognormal(np.log(24), 0.9, second.sum()).astype(int)
    same_day = (plan.shape == UNIFORM) & (rng.random(n) < 0.005)
    gap[second & same_day[ref]] = 0
    gap[plan.event_place == 0] = 0
    after_first = np.cumsum(gap)
    after_first -= after_first[plan.starts[ref]]
    course = np.bincount(ref, gap, minlength=n).astype(int)
    tail = np.where(ended, rng.gamma(0.9, 24, n), rng.lognormal(np.log(25), 1.1, n)).astype(int)
    age = np.minimum(rng.lognormal(np.log(38), 1.0, n), 900).astype(int)

    plan.end = np.where(ended, rng.integers(START, END + 1, n), END)
    plan.referral = plan.end - np.where(treated, wait + course + tail, age)
    plan.referral[late] = END + rng.integers(1, 16, late.sum())
    plan.end[late] = plan.referral[late] + 15
    plan.event_date = (plan.referral + wait)[ref] + after_first
    plan.discharge = np.where(ended, plan.end, NEVER)
    soon = some(rng, plan.status == OPEN, 0.08)
    plan.discharge[soon] = END + rng.integers(1, 31, len(soon))
    plan.dated = late | (rng.random(n) >= 0.0005)  # without a date of referral nothing lies in its window


def plan_stages(plan):
    n, shape, turn = plan.n, plan.shape, plan.turn
    dates = np.append(plan.event_date[plan.event_listed], NEVER)
    starts = np.cumsum(plan.listed) - plan.listed
    begins, other = plan.begins_high.astype(int), (~plan.begins_high).astype(int)
    has_stage = (plan.listed >= 2) & ~np.isin(shape, [EXCLUDED, ALL_BOTH])
    plan.first_stage = np.where(has_stage, begins, -1)
    plan.second_stage = np.select([np.isin(shape, [STEP, BETWEEN, BOUNDARY]), shape == BACK], [other, begins], -1)
    plan.stage_wait = np.full(n, NEVER)
    for kind, first_of_second in [(STEP, 0), (BETWEEN, 2)]:
        rows = np.flatnonzero(shape == kind)
        at = starts[rows] + turn[rows]
        plan.stage_wait[rows] = dates[at + first_of_second] - dates[at - 1]
    plan.stage_wait[shape == BOUNDARY] = 0


def plan_assessment(plan):
    rng, n = plan.rng, plan.n
    first = plan.event(np.zeros(n, int))
    treated = plan.contacts > 0
    starts_with_log = np.isin(np.arange(n), plan.event_ref[plan.event_log & (plan.event_place == 0)])
    kind = np.where(
        treated,
        pick(rng, n, [NOT_ASSESSED, BEFORE, WITH_FIRST, LATER, EARLY], [0.1, 0.53, 0.35, 0.018, 0.002]),
        pick(rng, n, [NOT_ASSESSED, BEFORE, EARLY], [0.548, 0.45, 0.002]),
    )
    kind[(kind == WITH_FIRST) & starts_with_log] = BEFORE
    kind[(kind == LATER) & (first == plan.end)] = NOT_ASSESSED
    plan.assessed = kind
    plan.assessment = np.select(
        [kind == NOT_ASSESSED, kind == WITH_FIRST, kind == LATER, kind == EARLY],
        [np.full(n, NEVER), first, between(rng, first + 1, plan.end), plan.referral - rng.integers(1, 11, n)],
        between(rng, plan.referral, np.where(treated, first, plan.end)),
    )


def plan_descriptor(plan):
    rng, n = plan.rng, plan.n
    shares = [share for _, _, share, _ in DESCRIPTORS]
    plan.descriptor = pick(rng, n, [*range(len(DESCRIPTORS)), -1], [*shares, NO_COMPLAINT])
    families = np.array([FAMILIES.index(family) for _, family, _, _ in DESCRIPTORS] + [FAMILIES.index("other")])
    plan.family = families[plan.descriptor]


def plan_sick_pay(plan):
    rng, n = plan.rng, plan.n
    plan.sick_first = np.where(rng.random(n) < 0.45, pick(rng, n, SICK_PAY[["Y", "N"]], [0.15, 0.85]), -1)
    later = np.where(plan.sick_first == SICK_PAY["Y"], rng.random(n) < 0.55, rng.random(n) < 0.04)
    plan.sick_first_date = np.minimum(plan.referral + rng.integers(0, 15, n), plan.end)
    has_second = (plan.sick_first >= 0) & (plan.sick_first_date < plan.end) & (rng.random(n) < 0.8)
    plan.sick_last_date = np.where(has_second, between(rng, plan.sick_first_date + 1, plan.end), plan.sick_first_date)
    plan.sick_last = np.where(has_second & later, 1 - plan.sick_first, plan.sick_first)


# ---- rows


class Rows:
    """The rows of one table, in the order in which they are added; numbered so that a later row has a higher id."""

    def __init__(self, first_id, **defaults):
        self.next_id, self.defaults, self.blocks = first_id, defaults, []

    def add(self, ref, ids=None, in_front=False, **values):
        size = len(ref)
        if ids is None:
            ids = np.arange(self.next_id, self.next_id + size)
            self.next_id += size
        values = {"ref": ref, "id": ids} | self.defaults | values
        block = {name: np.array(np.broadcast_to(value, size)) for name, value in values.items()}
        self.blocks.insert(0 if in_front else len(self.blocks), block)
        return ids

    def columns(self):
        return {name: np.concatenate([block[name] for block in self.blocks]) for name in self.blocks[0]}

    def repeat(self, share, rng, earlier=0, **changes):
        """Some rows once more under their ids: the same behind, or in front as they were before they were put right."""
        columns = self.columns()
        safe = (columns["id"] >= 0) & (columns["date"] != NEVER) & (columns["date"] <= END)
        rows = some(rng, safe, share)
        copies = {name: values[rows] for name, values in columns.items()} | changes
        copies["date"] = copies["date"] - earlier
        self.add(copies.pop("ref"), copies.pop("id"), in_front=earlier > 0, **copies)


def write_contacts(plan, first_id):
    """The contacts; the plan learns which contact is which treatment contact and which the assessment."""
    rows = Rows(first_id, date=NEVER, attendance=ATTENDANCE["5"], type=TYPES["02"], planned=PLANNED["Y"], code=-1)
    write_treatment(plan, rows)
    write_assessments(plan, rows)
    write_other_contacts(plan, rows)
    write_later_contacts(plan, rows)
    write_contact_errors(plan, rows)
    columns = rows.columns()
    columns["duration"] = plan.rng.integers(3, 13, len(columns["ref"])) * 5
    return columns


def attended(rng, n):
    """Attendance codes and planned or not of contacts that took place."""
    codes = pick(rng, n, ATTENDANCE[["5", "6", "05", "06"]], [0.93, 0.06, 0.005, 0.005])
    unplanned = rng.random(n) < 0.02
    codes = np.where(unplanned, pick(rng, n, [-1, *ATTENDANCE[["3", "5", "7"]]]), codes)
    return {"attendance": codes, "planned": np.where(unplanned, PLANNED["N"], PLANNED["Y"])}


def therapy_codes(rng, intensity):
    n = len(intensity)
    low = pick(rng, n, CODES[LOW_CODES], [0.25, 0.05, 0.3, 0.05, 0.03, 0.1, 0.2, 0.02])
    high = pick(rng, n, CODES[HIGH_CODES], [0.45, 0.2, 0.06, 0.02, 0.03, 0.04, 0.08, 0.02, 0.1])
    other = pick(rng, n, [-1, *CODES[OTHER_CODES]], [0.4, 0.4, 0.1, 0.1])
    return np.select([intensity == UNLISTED, intensity == HIGH], [other, high], low)


def write_treatment(plan, rows):
    rng = plan.rng
    real = np.flatnonzero(~plan.event_log)
    ref, place, intensity = plan.event_ref[real], plan.event_place[real], plan.event_intensity[real]
    kind = pick(rng, len(real), TYPES[["02", "05", "2"]], [0.91, 0.08, 0.01])
    plan_has_assessment = (plan.assessment != NEVER) & (plan.assessed != LATER)
    kind[plan_has_assessment[ref] & (rng.random(len(real)) < 0.02)] = TYPES["03"]
    with_first = (place == 0) & (plan.assessed == WITH_FIRST)[ref]
    kind[with_first] = pick(rng, with_first.sum(), TYPES[["03", "3"]], [0.98, 0.02])
    values = {"date": plan.event_date[real], "type": kind} | attended(rng, len(real))
    plan.event_contact = np.full(len(plan.event_ref), NO_CONTACT)
    more = (intensity == BOTH) | (rng.random(len(real)) < 0.06)
    without_ids = rng.random(plan.n) < 0.001  # each contact without an id is one of its own
    anonymous = ~more & (place > 0) & without_ids[ref]
    ids = rows.add(ref, code=therapy_codes(rng, intensity), **values)
    ids[anonymous] = NO_CONTACT
    plan.event_contact[real] = ids
    rows.blocks[-1]["id"] = ids
    second = {name: value[more] for name, value in values.items()}
    second_intensity = np.where(intensity == BOTH, HIGH, np.where(rng.random(len(real)) < 0.3, UNLISTED, intensity))
    rows.add(ref[more], ids[more], code=therapy_codes(rng, second_intensity[more]), **second)


def write_assessments(plan, rows):
    rng = plan.rng
    alone = np.flatnonzero(np.isin(plan.assessed, [BEFORE, LATER, EARLY]))
    ids = rows.add(alone, date=plan.assessment[alone], type=TYPES["01"], **attended(rng, len(alone)))
    plan.assessment_contact = np.full(plan.n, NO_CONTACT)
    plan.assessment_contact[alone] = ids
    again = some(rng, plan.assessment != NEVER, 0.03)
    date = between(rng, plan.assessment[again], np.maximum(plan.assessment, plan.end)[again])
    rows.add(again, date=date, type=TYPES["01"], **attended(rng, len(again)))


def within(plan, ref):
    return between(plan.rng, plan.referral[ref], plan.end[ref])


def write_other_contacts(plan, rows):
    """What is no treatment: appointments not attended, reviews, employment support, contacts of no known type."""
    rng = plan.rng
    ref = np.repeat(np.arange(plan.n), rng.poisson(0.25 + 0.12 * plan.contacts))
    missed = pick(rng, len(ref), [-1, *ATTENDANCE[["2", "3", "4", "7"]]], [0.02, 0.33, 0.4, 0.2, 0.05])
    kinds = pick(rng, len(ref), TYPES[["01", "02", "03", "05"]], [0.25, 0.6, 0.05, 0.1])
    codes = therapy_codes(rng, pick(rng, len(ref), [UNLISTED, LOW, HIGH]))
    rows.add(ref, date=within(plan, ref), attendance=missed, type=kinds, code=codes)
    ref = np.repeat(np.arange(plan.n), rng.poisson(0.1, plan.n))
    kinds = pick(rng, len(ref), [-1, *TYPES[["04", "10"]]], [0.02, 0.5, 0.48])
    rows.add(ref, date=within(plan, ref), type=kinds, **attended(rng, len(ref)))
    ref = some(rng, plan.status == OPEN, 0.05)
    rows.add(ref, date=END + rng.integers(1, 15, len(ref)), type=TYPES["01"], attendance=ATTENDANCE["3"])


def write_later_contacts(plan, rows):
    """Follow-ups after the treatment, within the referral and after it, and treatment after the end of the year."""
    rng = plan.rng
    after = some(rng, plan.status == ENDED, 0.1)
    last = plan.event(plan.contacts - 1)
    inside = some(rng, plan.finished & (last < plan.end), 0.03)
    ref = np.concatenate([after, inside])
    after_date = np.minimum(plan.end[after] + rng.integers(7, 90, len(after)), LAST_EXPORT)
    date = np.concatenate([after_date, between(rng, last[inside] + 1, plan.end[inside])])
    ids = rows.add(ref, date=date, type=TYPES["06"], **attended(rng, len(ref)))
    plan.follow_ups = ref, date, ids
    ref = some(rng, (plan.status == OPEN) & (plan.contacts > 0), 0.3)
    date = END + rng.integers(1, 21, len(ref))
    date = np.where(plan.discharge[ref] == NEVER, date, np.minimum(date, plan.discharge[ref]))
    codes = therapy_codes(rng, pick(rng, len(ref), [LOW, HIGH]))
    ids = rows.add(ref, date=date, code=codes, **attended(rng, len(ref)))
    plan.next_year = ref, date, ids


def write_contact_errors(plan, rows):
    rng, everyone = plan.rng, np.ones(plan.n, bool)
    ref = some(rng, everyone, 0.001)
    rows.add(ref, date=within(plan, ref), attendance=ATTENDANCE["9"])
    ref = some(rng, everyone, 0.001)
    rows.add(ref, date=plan.referral[ref] - rng.integers(1, 30, len(ref)), code=CODES[HIGH_CODES[0]])
    ref = some(rng, plan.status == ENDED, 0.001)
    rows.add(ref, date=np.minimum(plan.end[ref] + rng.integers(1, 30, len(ref)), LAST_EXPORT))
    rows.add(some(rng, everyone, 0.0005))
    ref = some(rng, everyone, 0.0005)
    rows.add(np.full(len(ref), plan.n), date=plan.end[ref])
    rows.repeat(0.0003, rng)
    rows.repeat(0.0002, rng, earlier=3, attendance=ATTENDANCE["3"])


# ---- scores


def draw_scores(plan, name, z):
    """First and last scores on a measure, for everybody, from how ill each is."""
    scale, rng = SCALES[name], plan.rng
    own = CORRELATION * z + (1 - CORRELATION**2) ** 0.5 * rng.normal(size=plan.n) if name != "PHQ-9" else z
    severity = plan.providers.severity[plan.provider] * scale.sd / SCALES["PHQ-9"].sd
    first = on_scale(scale, scale.mean + severity + scale.sd * own)
    kept = scale.low + (first - scale.low) * plan.kept + rng.normal(0, scale.noise, plan.n)
    last = on_scale(scale, kept)
    if scale.decimals:  # some that lie right on a threshold
        last = np.where(rng.random(plan.n) < 0.05, on_scale(scale, first - 0.73), last)
        last = np.where(rng.random(plan.n) < 0.05, 2.3, last)
    return first, last


def on_scale(scale, values):
    return np.round(np.clip(values, scale.low, scale.high), scale.decimals)


def draw_kept(plan):
    rng, n = plan.rng, plan.n
    helped = rng.normal(*HELPED, n)
    shed = np.where(rng.random(n) < HELPED_SHARE, helped, rng.normal(*NOT_HELPED, n))
    left = rng.normal(*LEFT_EARLY, n)
    return 1 - np.where(plan.finished, shed + plan.providers.effect[plan.provider], left)


def plan_score_days(plan):
    """The first scores are taken at the assessment or the first treatment, the last at the last treatment."""
    n, treated = plan.n, plan.contacts > 0
    first_event = np.where(treated, plan.starts, -1)
    last_event = np.where(treated, plan.starts + plan.contacts - 1, -1)
    dates, contacts = np.append(plan.event_date, NEVER), np.append(plan.event_contact, NO_CONTACT)
    at_assessment = (plan.assessed == BEFORE) & (~treated | (plan.rng.random(n) < 0.7))
    plan.score_first = np.where(at_assessment, plan.assessment, dates[first_event])
    plan.score_first_contact = np.where(at_assessment, plan.assessment_contact, contacts[first_event])
    has_last = treated & (dates[last_event] > plan.score_first)
    plan.score_last = np.where(has_last, dates[last_event], NEVER)
    plan.score_last_contact = np.where(has_last, contacts[last_event], NO_CONTACT)
    ref = plan.event_ref
    plan.event_between = (plan.event_date > plan.score_first[ref]) & (plan.event_date < plan.score_last[ref])


def draw_modes(plan):
    """Measure: for each referral no score, a first one only, or both."""
    rng, n = plan.rng, plan.n
    usual = np.where(
        plan.contacts > 1, pick(rng, n, range(3), [0.003, 0.006, 0.991]), pick(rng, n, range(3), [0.15, 0.25, 0.6])
    )
    modes = {name: np.where(rng.random(n) < 0.006, rng.integers(0, 3, n), usual) for name in ["PHQ-9", "GAD-7"]}
    for family, names in NAMED.items():
        for name in names:
            concerned = plan.family == FAMILIES.index(family)
            weights = [0.7, 0.05, 0.25] if name == "IES-R" else [0.4, 0.15, 0.45]
            modes[name] = np.where(concerned, pick(rng, n, range(3), weights), 2 * (rng.random(n) < 0.003))
    modes["PSWQ"] = 2 * (rng.random(n) < 0.02)
    functioning = pick(rng, n, range(3), [0.3, 0.1, 0.6])
    for item in WSAS_ITEMS:
        left_out = rng.random(n) < (0.15 if item == "work" else 0.02)
        modes[f"WSAS {item}"] = np.where(left_out, NO_SCORE, functioning)
    return modes


def write_scores(plan, first_id):
    rows = Rows(first_id, date=NEVER, measure=-1, score=np.nan, contact=NO_CONTACT)
    plan_score_days(plan)
    plan.kept = draw_kept(plan)
    z = plan.rng.normal(size=plan.n)
    for name, mode in draw_modes(plan).items():
        first, last = draw_scores(plan, name, z)
        first = np.where((mode >= FIRST_ONLY) & (plan.score_first != NEVER), first, np.nan)
        last = np.where((mode == FIRST_AND_LAST) & (plan.score_last != NEVER), last, np.nan)
        plan.scores[name] = first, last
        write_measure(plan, rows, name, first, last)
    write_stray_scores(plan, rows)
    write_score_errors(plan, rows)
    return rows.columns()


def spelled(rng, name, n):
    texts = SPELLINGS[name]
    return pick(rng, n, MEASURE_TEXTS[texts], [0.98, *[0.02 / len(texts)] * (len(texts) - 1)])


def linked(plan, contact):
    """Most scores name their contact, some do not, a few name one that does not exist."""
    u = plan.rng.random(len(contact))
    return np.select([u < 0.03, u < 0.0303], [NO_CONTACT, 10**15], contact)


def write_measure(plan, rows, name, first, last):
    rng, scale = plan.rng, SCALES[name]
    has_first, has_last = ~np.isnan(first), ~np.isnan(last)
    for mask, day_of in [(has_first, plan.score_first), (has_last, plan.score_last)]:
        ref = some(rng, mask, 0.002)  # another score on the same day, of a lower id
        value = on_scale(scale, rng.uniform(scale.low, scale.high, len(ref)))
        rows.add(ref, date=day_of[ref], measure=spelled(rng, name, len(ref)), score=value)
    density = 0.95 if name in ("PHQ-9", "GAD-7") else 0.2
    event = some(rng, plan.event_between & has_last[plan.event_ref], density)
    ref = plan.event_ref[event]
    way = plan.event_place[event] / plan.contacts[ref]
    value = on_scale(scale, first[ref] + (last - first)[ref] * way + rng.normal(0, scale.noise, len(ref)))
    texts, contact = spelled(rng, name, len(ref)), linked(plan, plan.event_contact[event])
    rows.add(ref, date=plan.event_date[event], measure=texts, score=value, contact=contact)
    for mask, value, day_of, contact in [
        (has_first, first, plan.score_first, plan.score_first_contact),
        (has_last, last, plan.score_last, plan.score_last_contact),
    ]:
        ref = np.flatnonzero(mask)
        texts, contact = spelled(rng, name, len(ref)), linked(plan, contact[ref])
        rows.add(ref, date=day_of[ref], measure=texts, score=value[ref], contact=contact)


def any_score(rng, name, n):
    scale = SCALES[name]
    return {"measure": spelled(rng, name, n), "score": on_scale(scale, rng.uniform(scale.low, scale.high, n))}


def write_stray_scores(plan, rows):
    """Scores at follow-ups and after the end of the year, and totals of the WSAS without its items."""
    rng = plan.rng
    for ref, date, contact in [plan.follow_ups, plan.next_year]:
        for name in ["PHQ-9", "GAD-7", "SPIN", "WSAS relationships"]:
            rows.add(ref, date=date, contact=contact, **any_score(rng, name, len(ref)))
    ref = some(rng, plan.score_first != NEVER, 0.02)
    rows.add(ref, date=plan.score_first[ref], measure=MEASURE_TEXTS["WSAS"], score=rng.integers(0, 41, len(ref)))


def write_score_errors(plan, rows):
    rng, everyone = plan.rng, np.ones(plan.n, bool)
    bad = [("720433000", 99), ("445455005", -1), ("PHQ-9", 7.5), ("GAD-7", 22), ("HADS", 10), ("999999999", 5)]
    for measure, score in bad:
        ref = some(rng, everyone, 0.001)
        rows.add(ref, date=within(plan, ref), measure=MEASURE_TEXTS[measure], score=score)
    early, late = some(rng, everyone, 0.002), some(rng, plan.status == ENDED, 0.002)
    before = plan.referral[early] - rng.integers(1, 60, len(early))
    after = plan.end[late] + rng.integers(1, 60, len(late))
    for name in ["PHQ-9", "GAD-7"]:
        rows.add(early, date=before, **any_score(rng, name, len(early)))
        rows.add(late, date=np.minimum(after, LAST_EXPORT), **any_score(rng, name, len(late)))
    for ref in [some(rng, everyone, 0.0005), np.full(len(some(rng, everyone, 0.0005)), plan.n)]:
        date = NEVER if plan.n not in ref else START
        rows.add(ref, date=date, **any_score(rng, "PHQ-9", len(ref)))
    rows.repeat(0.0003, rng)
    rows.repeat(0.0002, rng, earlier=1, score=1)
    rows.repeat(0.0003, rng, measure=MEASURE_TEXTS["PSWQ"], score=40)  # one id for two measures: both count


# ---- complaints, logs, sick pay


def complaint_texts(rng, descriptor):
    """One of the ways in which each descriptor is written; -1 for none."""
    width = max(len(texts) for *_, texts in DESCRIPTORS)
    table = np.array([COMPLAINT_TEXTS[(texts * width)[:width]] for *_, texts in DESCRIPTORS])
    texts = table[descriptor, rng.integers(0, width, len(descriptor))]
    return np.where(descriptor < 0, -1, texts)


def write_complaints(plan, first_id):
    """The one that counts, and others that must not: each loses on another rule."""
    rng, n = plan.rng, plan.n
    rows = Rows(first_id, date=NEVER, text=-1, primary=PRIMARY["P"])
    has = plan.descriptor >= 0
    date = np.minimum(plan.referral + rng.integers(0, 20, n), np.maximum(END, plan.referral))
    primary = pick(rng, n, [PRIMARY["P"], PRIMARY["S"], -1], [0.9, 0.07, 0.03])
    is_primary = primary == PRIMARY["P"]

    def loser(mask, share, shift, primary):
        ref = some(rng, mask, share)
        other = complaint_texts(rng, rng.integers(0, len(DESCRIPTORS), len(ref)))
        when = date[ref] + shift if shift is not None else NEVER
        rows.add(ref, date=when, text=other, primary=primary if np.isscalar(primary) else primary[ref])

    loser(has, 0.02, 0, primary)  # the same day, a lower id
    loser(has, 0.03, -5, primary)
    ref = np.flatnonzero(has)
    rows.add(ref, date=date[ref], text=complaint_texts(rng, plan.descriptor[ref]), primary=primary[ref])
    loser(has, 0.02, -9, primary)
    loser(has, 0.01, None, primary)
    loser(has & is_primary & (date < END - 30), 0.05, 25, PRIMARY["S"])
    loser(has & is_primary & (date < END - 30), 0.01, 25, -1)
    ref = some(rng, np.ones(n, bool), 0.06)
    invalid = pick(rng, len(ref), [-1, *COMPLAINT_TEXTS[INVALID_COMPLAINTS]])
    rows.add(ref, date=np.minimum(date[ref] + 10, END), text=invalid)
    ref = some(rng, plan.status != ENDED, 0.02)
    rows.add(ref, date=END + rng.integers(1, 20, len(ref)), text=complaint_texts(rng, rng.integers(0, 20, len(ref))))
    rows.repeat(0.0005, rng)
    return rows.columns()


def write_logs(plan, first_id):
    rng = plan.rng
    rows = Rows(first_id, date=NEVER)
    event = np.flatnonzero(plan.event_log)
    rows.add(plan.event_ref[event], date=plan.event_date[event])
    digital = np.zeros(plan.n, bool)
    digital[plan.event_ref[event]] = True
    ref = some(rng, digital & (plan.status == ENDED), 0.05)
    rows.add(ref, date=np.minimum(plan.end[ref] + rng.integers(1, 40, len(ref)), LAST_EXPORT))
    ref = some(rng, digital & (plan.status == OPEN), 0.3)
    rows.add(ref, date=END + rng.integers(1, 14, len(ref)))
    rows.add(some(rng, digital, 0.01))
    rows.repeat(0.01, rng)
    rows.repeat(0.01, rng, earlier=4)
    return rows.columns()


def write_sick_pay(plan):
    rng = plan.rng
    rows = Rows(0, date=NEVER, sick_pay=-1)
    has = plan.sick_first >= 0
    more = has & (plan.sick_last_date > plan.sick_first_date)
    for date, value in [(plan.sick_first_date, plan.sick_first), (plan.sick_last_date, plan.sick_last)]:
        ref = some(rng, has, 0.003)  # put right on the same day: the last row counts
        rows.add(ref, date=date[ref], sick_pay=1 - value[ref])
    ref = some(rng, more, 0.3)
    rows.add(ref, date=between(rng, plan.sick_first_date[ref], plan.sick_last_date[ref]), sick_pay=SICK_PAY["U"])
    ref = np.flatnonzero(has)
    rows.add(ref, date=plan.sick_first_date[ref], sick_pay=plan.sick_first[ref])
    ref = np.flatnonzero(more)
    rows.add(ref, date=plan.sick_last_date[ref], sick_pay=plan.sick_last[ref])
    ref = some(rng, has, 0.02)
    rows.add(ref, date=plan.referral[ref] - 20, sick_pay=rng.integers(0, 2, len(ref)))
    ref = some(rng, has, 0.02)
    rows.add(ref, date=plan.end[ref] + 8, sick_pay=rng.integers(0, 2, len(ref)))
    ref = some(rng, ~has, 0.1)
    rows.add(ref, date=within(plan, ref), sick_pay=pick(rng, len(ref), [-1, *SICK_PAY[["U", "Z"]]]))
    return rows.columns()


# ---- tables


def dates(values):
    return pa.array(values.astype(np.int32), mask=values == NEVER).view(pa.date32())


def texts(values, words):
    return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int16), mask=values < 0), pa.array(list(words)))


def numbers(values):
    return pa.array(values, mask=np.isnan(values) if values.dtype.kind == "f" else values == NEVER)


def labelled(prefix, values):
    text = pc.cast(pa.array(values, mask=values < 0), pa.string())
    return pc.binary_join_element_wise(prefix, text, "")


def pathways(first, n):
    """The ids of a batch, and behind them one that no referral has."""
    return pa.concat_arrays([labelled("P", np.arange(first, first + n) + 10_000_000), pa.array(["X99"])])


def pathway_column(ref, names):
    return pa.DictionaryArray.from_arrays(pa.array(ref.astype(np.int32)), names)


def referral_table(plan, names):
    rng, n, everyone = plan.rng, plan.n, np.arange(plan.n)
    untreated = pick(rng, n, END_CODES[["10", "11", "12", "13", "14", "16", "17", "50", "95"]])
    treated = pick(rng, n, END_CODES[["46", "47", "48", "49", "96"]], [0.55, 0.15, 0.25, 0.001, 0.049])
    code = np.where(plan.contacts > 0, treated, untreated)
    u = rng.random(n)
    unknown = pick(rng, n, END_CODES[["99", "ZZ"]])
    code = np.select([plan.discharge == NEVER, u < 0.01, u < 0.012], [-1, -1, unknown], code)
    provider = plan.provider
    age = pick(rng, n, [-1, *range(6)], [0.005, 0.01, 0.22, 0.67, 0.06, 0.03, 0.005])
    ethnicity = pick(rng, n, [-1, *range(17)], [0.03, *[0.6, 0.01, 0.06], *[0.02] * 13, 0.04])
    columns = {
        "date": np.where(plan.dated, plan.referral, NEVER),
        "provider": provider,
        "gender": pick(rng, n, [-1, *range(4)], [0.005, 0.655, 0.325, 0.005, 0.01]),
        "deprivation": np.where(rng.random(n) < 0.02, NEVER, rng.integers(1, 11, n)),
    }
    columns |= {"ref": everyone, "discharge": plan.discharge, "code": code, "age": age, "ethnicity": ethnicity}
    columns = with_duplicates(plan, columns)
    count = len(plan.providers.share)
    return pa.table(
        {
            "PathwayID": pathway_column(columns["ref"], names),
            "ReferralRequestReceivedDate": dates(columns["date"]),
            "ServDischDate": dates(columns["discharge"]),
            "EndCode": texts(columns["code"], END_CODES),
            "OrgID_Provider": texts(columns["provider"], [f"PR{number:03}" for number in range(count)]),
            "OrgIDComm": texts(plan.providers.commissioner[columns["provider"]], [f"CM{i:03}" for i in range(count)]),
            "Gender": texts(columns["gender"], GENDERS),
            "AgeGroup": texts(columns["age"], AGES),
            "EthnicCategory": texts(columns["ethnicity"], ETHNICITIES),
            "IMDDecile": numbers(columns["deprivation"]),
        }
    )


def with_duplicates(plan, columns):
    """Some rows once more: the same, or one of an earlier or no date and another provider, before or after."""
    rng = plan.rng
    same, earlier, undated = (some(rng, plan.dated & (plan.status != LATE), 0.0005) for _ in range(3))
    parts = [{name: values[rows] for name, values in columns.items()} for rows in (earlier, undated, same)]
    parts[0]["date"] = parts[0]["date"] - 30
    parts[1]["date"] = np.full(len(undated), NEVER)
    for part in parts[:2]:
        part["provider"] = rng.integers(0, len(plan.providers.share), len(part["ref"]))
        part["discharge"] = np.full(len(part["ref"]), NEVER)
    order = [parts[0], columns, *parts[1:]]
    return {name: np.concatenate([part[name] for part in order]) for name in columns}


def contact_table(columns, names):
    return pa.table(
        {
            "PathwayID": pathway_column(columns["ref"], names),
            "Unique_CareContactID": labelled("C", columns["id"]),
            "CareContDate": dates(columns["date"]),
            "AttendOrDNACode": texts(columns["attendance"], ATTENDANCE),
            "AppType": texts(columns["type"], TYPES),
            "PlannedCareContIndicator": texts(columns["planned"], PLANNED),
            "CodeProcAndProcStatus": texts(columns["code"], CODES),
            "ClinContDurOfCareCont": numbers(columns["duration"]),
        }
    )


def score_table(columns, names):
    return pa.table(
        {
            "PathwayID": pathway_column(columns["ref"], names),
            "UniqueID_IDS607": numbers(columns["id"]),
            "AssToolCompDate": dates(columns["date"]),
            "CodedAssToolType": texts(columns["measure"], MEASURE_TEXTS),
            "PersScore": numbers(columns["score"]),
            "Unique_CareContactID": labelled("C", columns["contact"]),
        }
    )


def complaint_table(columns, names):
    return pa.table(
        {
            "PathwayID": pathway_column(columns["ref"], names),
            "UniqueID_IDS603": numbers(columns["id"]),
            "Validated_PresentingComplaint": texts(columns["text"], COMPLAINT_TEXTS),
            "PresCompDate": dates(columns["date"]),
            "PresCompCodSig": texts(columns["primary"], PRIMARY),
        }
    )


def log_table(columns, names):
    return pa.table(
        {
            "PathwayID": pathway_column(columns["ref"], names),
            "UniqueID_IDS205": numbers(columns["id"]),
            "StartDateIntEnabledTherLog": dates(columns["date"]),
        }
    )


def sick_pay_table(columns, names):
    return pa.table(
        {
            "PathwayID": pathway_column(columns["ref"], names),
            "EmployStatusRecDate": dates(columns["date"]),
            "SickpayIndicator": texts(columns["sick_pay"], SICK_PAY),
        }
    )


# ---- the truth


def anxiety_choice(plan, scores):
    """The measure that counts and its two scores: the one the descriptor names if both are there, else GAD-7."""
    choice = np.full(plan.n, list(SCALES).index("GAD-7"))
    first, last = scores["GAD-7"]
    for family, names in NAMED.items():
        for name in reversed([name for name in names if name not in NOT_CONFIGURED]):
            own_first, own_last = scores[name]
            chosen = (plan.family == FAMILIES.index(family)) & ~np.isnan(own_last)
            choice[chosen] = list(SCALES).index(name)
            first, last = np.where(chosen, own_first, first), np.where(chosen, own_last, last)
    return choice, first, last


def truth_table(plan, names):
    known = plan.referral <= END
    dated = plan.dated

    def windowed(values, missing):
        return np.where(dated, values, missing)

    scores = {name: tuple(windowed(values, np.nan) for values in pair) for name, pair in plan.scores.items()}
    choice, anxiety_first, anxiety_last = anxiety_choice(plan, scores)
    columns = {
        "PathwayID": pathway_column(np.arange(plan.n), names),
        "treatment_contacts": numbers(windowed(plan.contacts, 0)),
        "assessment_date": dates(plan.assessment),
        "first_treatment_date": dates(windowed(plan.event(np.zeros(plan.n, int)), NEVER)),
        "second_treatment_date": dates(windowed(plan.event(np.ones(plan.n, int)), NEVER)),
        "last_treatment_date": dates(windowed(plan.event(plan.contacts - 1), NEVER)),
        "finished_course": pa.array(plan.finished & dated),
        "problem_descriptor": texts(plan.descriptor, DESCRIPTOR_CODES),
        "anxiety_measure": texts(choice, SCALES),
        "anxiety_first": numbers(anxiety_first),
        "anxiety_last": numbers(anxiety_last),
        "sick_pay_first": texts(windowed(plan.sick_first, -1), SICK_PAY),
        "sick_pay_last": texts(windowed(plan.sick_last, -1), SICK_PAY),
        "first_stage": texts(windowed(plan.first_stage, -1), INTENSITIES),
        "second_stage": texts(windowed(plan.second_stage, -1), INTENSITIES),
        "stage_wait": numbers(windowed(plan.stage_wait, NEVER)),
    }
    for name in ["PHQ-9", "GAD-7", *(f"WSAS {item}" for item in WSAS_ITEMS)]:
        column = name.lower().replace("-", "").replace(" ", "_")
        columns[f"{column}_first"], columns[f"{column}_last"] = map(numbers, scores[name])
    return pa.table(columns).filter(pa.array(known))


# ---- files


class Files:
    """One file per table, written a batch at a time."""

    def __init__(self, folder, kind):
        self.folder, self.kind, self.writers, self.rows = Path(folder), kind, {}, {}
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, name, table):
        plain = pa.table({column: plain_text(values) for column, values in columns_of(table)})
        path = self.folder / f"{name}.{self.kind}"
        if name not in self.writers:
            new = pa.csv.CSVWriter if self.kind == "csv" else pq.ParquetWriter
            self.writers[name] = new(path, plain.schema)
        self.writers[name].write_table(plain)
        self.rows[name] = self.rows.get(name, 0) + len(plain)

    def close(self):
        for writer in self.writers.values():
            writer.close()


def plain_text(column):
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def columns_of(table):
    return zip(table.column_names, table.columns, strict=True)


def make_batch(seed, number, n, providers):
    """The tables of one batch, by name; ids are a batch apart."""
    plan = Plan(np.random.default_rng([seed, number]), n, providers)
    first = number * BATCH
    names = pathways(first, n)
    contacts = write_contacts(plan, first * 100)
    return {
        "IDS201CareContact": contact_table(contacts, names),
        "IDS607Scores": score_table(write_scores(plan, first * 1000), names),
        "IDS603PresentingComplaints": complaint_table(write_complaints(plan, first * 10), names),
        "IDS205InternetTherLog": log_table(write_logs(plan, first * 100), names),
        "IDS004EmpStatus": sick_pay_table(write_sick_pay(plan), names),
        "IDS101Referral": referral_table(plan, names),
        "truth": truth_table(plan, names),
    }


def make(folder, referrals, seed=1, kind="parquet", truth=False):
    """Write the tables to the folder; the number of rows of each, by name."""
    files, providers = Files(folder, kind), Providers.draw(seed)
    for number, start in enumerate(range(0, referrals, BATCH)):
        for name, table in make_batch(seed, number, min(BATCH, referrals - start), providers).items():
            if truth or name != "truth":
                files.write(name, table)
    files.close()
    return files.rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", help="where to write the tables")
    parser.add_argument("--referrals", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=["csv", "parquet"], default="parquet")
    parser.add_argument("--truth", action="store_true", help="also write what is true of each referral")
    options = parser.parse_args()
    rows = make(options.folder, options.referrals, options.seed, options.format, options.truth)
    for name, count in sorted(rows.items()):
        print(f"{name:28}{count:12,}")


if __name__ == "__main__":
    main()
