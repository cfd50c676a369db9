"""The derivation of one referral, written out naively: an oracle for the tests.

Like naive.py, this file shares nothing with the library. It is written from the
rules alone, takes one referral with its rows as they would stand in a CSV file
(texts; an empty one is missing), and does everything the slow and obvious way.

    python3 tests/naive_derive.py

checks it against tests/vectors/derivation.csv.
"""

import re
import sys
from collections import namedtuple
from datetime import date
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import naive

VECTORS = Path(__file__).parent / "vectors" / "derivation.csv"

FACTS = {
    "paired": naive.PAIRED,
    "caseness": naive.CASENESS,
    "not_caseness": naive.NOT_CASENESS,
    "recovery": naive.RECOVERY,
    "reliable_improvement": naive.RELIABLE_IMPROVEMENT,
    "reliable_deterioration": naive.RELIABLE_DETERIORATION,
    "no_reliable_change": naive.NO_RELIABLE_CHANGE,
    "reliable_recovery": naive.RELIABLE_RECOVERY,
}

ATTENDANCE_CODES = {2, 3, 4, 5, 6, 7}
APPOINTMENT_TYPES = {1, 2, 3, 4, 5, 6, 10}
END_CODES = {10, 11, 12, 13, 14, 16, 17, 46, 47, 48, 49, 50, 95, 96}
YES_NO = {"Y": True, "N": False, "TRUE": True, "FALSE": False}
PRIMARY = {**YES_NO, "1": True, "0": False, "P": True, "S": False}

FOLLOW_UP = 6

# The notes [2] and [3] of M347 in the official definitions.
HIGH_INTENSITY = {
    "1127281000000100",
    "1129471000000105",
    "314034001",
    "449030000",
    "933221000000107",
    "1026131000000100",
    "304891004",
    "228557008",
    "443730003",
}
LOW_INTENSITY = {
    "748051000000105",
    "748101000000105",
    "748041000000107",
    "748091000000102",
    "748061000000108",
    "702545008",
    "1026111000000108",
    "975131000000104",
}

WSAS_ITEMS = ["work", "home_management", "social_leisure", "private_leisure", "relationships"]

MEASURE_NAMES = {
    "phq9": "PHQ-9",
    "720433000": "PHQ-9",
    "gad7": "GAD-7",
    "445455005": "GAD-7",
    "spin": "SPIN",
    "mi": "MI",
    "oci": "OCI",
    "pcl5": "PCL-5",
    "iesr": "IES-R",
    "pdss": "PDSS",
    "hai": "HAI",
    "pswq": "PSWQ",
    "wsas": "WSAS",
    "wsaswork": "work",
    "wsashomemanagement": "home_management",
    "wsassocialleisureactivities": "social_leisure",
    "wsasprivateleisureactivities": "private_leisure",
    "wsasrelationships": "relationships",
    "biq": "BIQ",
    "cfq": "CFQ",
    "francisibs": "IBS",
    "ibs": "IBS",
    "phq15": "PHQ-15",
}
NOT_CONFIGURED = {"BIQ", "CFQ", "IBS", "PHQ-15"}

# A problem descriptor that begins so, and the measures that it names, the better one first.
ICD10_DESCRIPTORS = {
    "F400": ["MI"],
    "F401": ["SPIN"],
    "F410": ["PDSS"],
    "F42": ["OCI"],
    "F431": ["PCL-5", "IES-R"],
    "F452": ["HAI"],
    "G933": ["CFQ"],
    "K58": ["IBS"],
}
SNOMED_DESCRIPTORS = {"83482000": ["BIQ"], "723916001": ["PHQ-15"]}

Contact = namedtuple("Contact", "row date attended type codes")
Score = namedtuple("Score", "row id date measure value")
Complaint = namedtuple("Complaint", "row id date code primary")
Window = namedtuple("Window", "first last")


# Reading


def day(text):
    return date.fromisoformat(text.strip()) if text.strip() else None


def known_rows(rows, as_at):
    """(row number, row), without the rows dated after the day as at which we know."""
    numbered = list(enumerate(rows))
    if as_at is None:
        return numbered
    return [(row, r) for row, r in numbered if day(r["date"]) is None or day(r["date"]) <= as_at]


def listed_code(text, listed):
    """The number that a code stands for; None where it is missing or not listed."""
    text = text.strip()
    if text.isdigit() and int(text) in listed:
        return int(text)
    return None


def yes_no(text, meanings):
    return meanings.get(text.strip().upper())


def check_codes(findings, table, row, read):
    """One finding for each code that is given but not understood."""
    for text, value in read:
        if text.strip() and value is None:
            findings.append((table, row, "unknown_code"))


def id_order(text):
    """Missing ids are lowest, then numbers, then other texts by bytes."""
    text = text.strip()
    if not text:
        return (0, 0, b"")
    if text.isdigit():
        return (1, int(text), b"")
    return (2, 0, text.encode())


def in_window(d, window):
    if d is None or window.first is None or d < window.first:
        return False
    return window.last is None or d <= window.last


def is_before(d, window):
    return window.first is not None and d < window.first


def is_after(d, window):
    return window.last is not None and d > window.last


def last_by_id(rows, key):
    """Rows grouped by id, in order; a row without an id is a group of its own."""
    groups = {}
    for row, r in rows:
        own = r[key].strip() or ("row", row)
        groups.setdefault(own, []).append((row, r))
    return list(groups.values())


# Contacts


def read_contacts(rows, findings):
    """The contacts, and the type of each contact id."""
    contacts = []
    types = {}
    for group in last_by_id(rows, "contact_id"):
        readings = []
        for row, r in group:
            attendance = listed_code(r["attendance"], ATTENDANCE_CODES)
            type_ = listed_code(r["type"], APPOINTMENT_TYPES)
            planned = yes_no(r["planned"], YES_NO)
            check_codes(
                findings, "contacts", row, [(r["attendance"], attendance), (r["type"], type_), (r["planned"], planned)]
            )
            readings.append((row, (day(r["date"]), attendance, type_, planned)))

        last_row, last = readings[-1]
        for row, reading in readings:
            if reading != last:
                findings.append(("contacts", row, "duplicate_id"))

        when, attendance, type_, planned = last
        attended = attendance in (5, 6) or planned is False
        codes = {r["therapy_code"].strip() for _, r in group}
        contacts.append(Contact(last_row, when, attended, type_, codes))
        contact_id = group[-1][1]["contact_id"].strip()
        if contact_id:
            types[contact_id] = type_
    return contacts, types


def check_contacts(contacts, window, findings):
    for c in contacts:
        if c.date is None:
            findings.append(("contacts", c.row, "missing_date"))
            continue
        if is_before(c.date, window):
            findings.append(("contacts", c.row, "contact_before_referral"))
        if is_after(c.date, window) and c.type != FOLLOW_UP:
            findings.append(("contacts", c.row, "contact_after_discharge"))


def read_logs(rows, window, findings):
    """The start dates of the internet therapy logs in the window."""
    dates = []
    for group in last_by_id(rows, "log_id"):
        for row, _ in group[:-1]:
            findings.append(("internet_therapy", row, "duplicate_id"))
        row, r = group[-1]
        when = day(r["date"])
        if when is None:
            findings.append(("internet_therapy", row, "missing_date"))
        elif in_window(when, window):
            dates.append(when)
    return dates


def derive_contacts(contacts, logs, window, referred, discharged):
    dated = [c for c in contacts if c.attended and c.date is not None]
    assessments = sorted(c.date for c in dated if c.type in (1, 3))
    treatments = [c for c in dated if c.type in (2, 3, 5) and in_window(c.date, window)]
    dates = sorted([c.date for c in treatments] + logs)
    low = sorted(c.date for c in treatments if c.codes & LOW_INTENSITY)
    high = sorted([c.date for c in treatments if c.codes & HIGH_INTENSITY] + logs)

    assessment = first_of(assessments)
    first = first_of(dates)
    second = dates[1] if len(dates) > 1 else None
    return {
        "treatment_contacts": len(dates),
        "care_contacts": sum(1 for c in dated if c.type != FOLLOW_UP),
        "assessment_date": assessment,
        "first_treatment_date": first,
        "second_treatment_date": second,
        "last_treatment_date": dates[-1] if dates else None,
        "assessment_wait": days(referred, assessment),
        "treatment_wait": days(referred, first),
        "second_treatment_wait": days(first, second),
        "finished_course": discharged and len(dates) >= 2,
        "treated_once": discharged and len(dates) == 1,
        "ended_before_treatment": discharged and len(dates) == 0,
        "low_intensity_contacts": len(low),
        "high_intensity_contacts": len(high),
        "first_low_intensity_date": first_of(low),
        "first_high_intensity_date": first_of(high),
        **stages(low, high),
    }


def first_of(sorted_dates):
    return sorted_dates[0] if sorted_dates else None


def days(start, end):
    if start is None or end is None:
        return None
    return (end - start).days


def stages(low, high):
    # "low" sorts after "high", so the order on one day is given as a number.
    elements = sorted([(d, 0) for d in low] + [(d, 1) for d in high])
    runs = [list(run) for _, run in groupby(elements, key=lambda element: element[1])]
    found = [position for position, run in enumerate(runs) if len(run) >= 2]
    nothing = {"first_stage": None, "second_stage": None, "stage_wait": None, "stages_mixed": False}

    # Every run before the first stage is a single element.
    if not found or found[0] > 1:
        return nothing
    first = runs[found[0]]
    if len(found) == 1:
        return {**nothing, "first_stage": intensity(first)}
    second = runs[found[1]]
    wait = None
    if intensity(first) != intensity(second):
        wait = days(first[-1][0], second[0][0])
    return {
        "first_stage": intensity(first),
        "second_stage": intensity(second),
        "stage_wait": wait,
        "stages_mixed": found[1] - found[0] - 1 > 1,
    }


def intensity(run):
    return "low" if run[0][1] == 0 else "high"


# Scores


def measure_named(text):
    return MEASURE_NAMES.get(re.sub(r"[^a-z0-9]", "", text.lower()))


def score_value(measure, text):
    """The score as an exact number; None where the measure has no such score."""
    try:
        if measure in WSAS_ITEMS:
            value = naive.number(text)
            return value if 0 <= value <= 8 and value.denominator == 1 else None
        return naive.read_score(measure.replace("-", ""), text)
    except naive.RuleError:
        return None


def read_scores(rows, contact_types, window, findings):
    """The valid scores."""
    named = []
    for row, r in rows:
        measure = measure_named(r["measure"])
        if measure is None:
            findings.append(("scores", row, "unknown_measure"))
        elif measure in NOT_CONFIGURED:
            findings.append(("scores", row, "threshold_not_configured"))
        else:
            named.append((row, r, measure))

    last_row = {(r["score_id"].strip(), measure): row for row, r, measure in named}
    valid = []
    for row, r, measure in named:
        score_id = r["score_id"].strip()
        if score_id and last_row[score_id, measure] != row:
            findings.append(("scores", row, "duplicate_id"))
            continue
        score = read_score(row, r, measure, contact_types, window, findings)
        if score is not None:
            valid.append(score)
    return valid


def read_score(row, r, measure, contact_types, window, findings):
    """One score, if it is valid."""
    contact_id = r["contact_id"].strip()
    if contact_id and contact_id not in contact_types:
        findings.append(("scores", row, "unknown_contact"))
    at_follow_up = contact_types.get(contact_id) == FOLLOW_UP

    if not r["score"].strip():
        return None
    value = score_value(measure, r["score"].strip())
    if value is None:
        findings.append(("scores", row, "score_out_of_range"))
        return None

    when = day(r["date"])
    if when is None:
        findings.append(("scores", row, "missing_date"))
        return None
    if is_before(when, window):
        findings.append(("scores", row, "score_before_referral"))
    if is_after(when, window) and not at_follow_up:
        findings.append(("scores", row, "score_after_discharge"))
    if at_follow_up or not in_window(when, window):
        return None
    return Score(row, r["score_id"], when, measure, value)


def scores_by_day(scores, findings):
    """{measure: {date: the score that counts on that day}}"""
    result = {}
    for measure in sorted({s.measure for s in scores}):
        result[measure] = {}
        for when in sorted({s.date for s in scores if s.measure == measure}):
            same_day = [s for s in scores if s.measure == measure and s.date == when]
            winner = max(same_day, key=lambda s: (id_order(s.id), s.row))
            result[measure][when] = winner.value
            for s in same_day:
                if s.value != winner.value:
                    findings.append(("scores", s.row, "conflicting_scores"))
    return result


def wsas_totals(by_day):
    """The total of each day, from the items where no total is given."""
    items = [by_day.get(item, {}) for item in WSAS_ITEMS]
    totals = {}
    for when in items[0]:
        if all(when in item for item in items):
            totals[when] = sum(item[when] for item in items)
    totals.update(by_day.get("WSAS", {}))
    return totals


def first_last(by_date):
    if not by_date:
        return None, None
    dates = sorted(by_date)
    return by_date[dates[0]], by_date[dates[-1]] if len(dates) > 1 else None


# Complaints


def complaint_code(text):
    code = text.replace(".", "").strip().upper()
    if re.fullmatch(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}", code) or re.fullmatch(r"[0-9]{6,18}", code):
        return code
    return None


def choose_complaint(rows, findings):
    complaints = []
    for row, r in rows:
        code = complaint_code(r["code"])
        check_codes(findings, "complaints", row, [(r["code"], code)])
        if code is not None:
            primary = yes_no(r["primary"], PRIMARY) is True
            complaints.append(Complaint(row, r["complaint_id"], day(r["date"]), code, primary))
    if not complaints:
        return None
    return max(complaints, key=lambda c: (c.primary, c.date or date.min, id_order(c.id), c.row))


def measures_of(descriptor):
    """The measures that a problem descriptor names."""
    if descriptor in SNOMED_DESCRIPTORS:
        return SNOMED_DESCRIPTORS[descriptor]
    for beginning, measures in ICD10_DESCRIPTORS.items():
        if descriptor is not None and descriptor.startswith(beginning):
            return measures
    return []


def derive_scores(by_day, complaint, findings):
    pairs = {measure: first_last(by_date) for measure, by_date in by_day.items()}
    pairs["WSAS"] = first_last(wsas_totals(by_day))

    def scores_on(measure):
        return pairs.get(measure, (None, None))

    named = measures_of(complaint.code if complaint else None)
    paired = [measure for measure in named if None not in scores_on(measure)]
    started = [measure for measure in named if scores_on(measure)[0] is not None]
    if named and not paired:
        findings.append(("complaints", complaint.row, "descriptor_without_measure"))
    anxiety_measure = paired[0] if paired else "GAD-7"
    phq9 = scores_on("PHQ-9")
    anxiety = scores_on(anxiety_measure)
    flags = naive.outcome_flags(*phq9, naive.MEASURES[anxiety_measure.replace("-", "")], *anxiety)

    derived = {
        "problem_descriptor": complaint.code if complaint else None,
        "anxiety_measure": anxiety_measure,
        **two_columns("phq9", phq9),
        **two_columns("gad7", scores_on("GAD-7")),
        **two_columns("specific", scores_on(started[0]) if started else (None, None)),
        **two_columns("anxiety", anxiety),
        **two_columns("wsas", scores_on("WSAS")),
    }
    for item in WSAS_ITEMS:
        derived.update(two_columns("wsas_" + item, scores_on(item)))
    derived.update({fact: flags & mask != 0 for fact, mask in FACTS.items()})
    return derived


def two_columns(name, pair):
    return {name + "_first": pair[0], name + "_last": pair[1]}


# Sick pay


def derive_sick_pay(rows, window, findings):
    records = []
    for row, r in rows:
        when = day(r["date"])
        if when is None:
            findings.append(("employment", row, "missing_date"))
        elif in_window(when, window) and r["sick_pay"].strip() in ("Y", "N"):
            records.append((when, row, r["sick_pay"].strip()))
    if not records:
        return {"sick_pay_first": None, "sick_pay_last": None}
    earliest = min(when for when, _, _ in records)
    first = [record for record in sorted(records) if record[0] == earliest][-1]
    return {"sick_pay_first": first[2], "sick_pay_last": max(records)[2]}


# One referral


def derive(
    referral: dict,
    contacts: list[dict],
    scores: list[dict],
    complaints: list[dict],
    internet_therapy: list[dict],
    employment: list[dict],
    as_at: date | None,
) -> tuple[dict, list[tuple]]:
    """The derived columns, and the findings as (table, row, kind).

    A referral that does not exist yet has neither.
    """
    findings = []
    referred = day(referral["referral_date"])
    if as_at is not None and referred is not None and referred > as_at:
        return {}, []
    discharged = day(referral["discharge_date"])
    if as_at is not None and discharged is not None and discharged > as_at:
        discharged = None
    window = Window(referred, discharged)

    if referred is None:
        findings.append(("referrals", 0, "missing_date"))
    elif discharged is not None and discharged < referred:
        findings.append(("referrals", 0, "discharge_before_referral"))
    end_code = listed_code(referral["end_code"], END_CODES)
    check_codes(findings, "referrals", 0, [(referral["end_code"], end_code)])

    contact_list, contact_types = read_contacts(known_rows(contacts, as_at), findings)
    check_contacts(contact_list, window, findings)
    logs = read_logs(known_rows(internet_therapy, as_at), window, findings)
    valid_scores = read_scores(known_rows(scores, as_at), contact_types, window, findings)
    by_day = scores_by_day(valid_scores, findings)
    complaint = choose_complaint(known_rows(complaints, as_at), findings)

    derived = {
        "referral_date": referred,
        "discharge_date": discharged,
        "end_code": end_code if end_code is not None else referral["end_code"].strip() or None,
        **derive_contacts(contact_list, logs, window, referred, discharged is not None),
        **derive_scores(by_day, complaint, findings),
        **derive_sick_pay(known_rows(employment, as_at), window, findings),
    }
    return derived, findings


def derive_pathway(referrals, contacts, scores, complaints, internet_therapy, employment, as_at):
    """As derive, from all rows of one pathway in the table of referrals."""
    existing = [
        (day(r["referral_date"]) or date.min, row)
        for row, r in enumerate(referrals)
        if as_at is None or (day(r["referral_date"]) or date.min) <= as_at
    ]
    if not existing:
        return {}, []
    kept = max(existing)[1]
    derived, findings = derive(referrals[kept], contacts, scores, complaints, internet_therapy, employment, as_at)
    findings = [(table, kept if table == "referrals" else row, kind) for table, row, kind in findings]
    findings += [("referrals", row, "duplicate_id") for _, row in existing if row != kept]
    return derived, findings


# Many referrals


END_CODE_COUNTS = {
    "M057": 10,
    "M058": 11,
    "M059": 12,
    "M060": 13,
    "M061": 14,
    "M062": 17,
    "M063": 95,
    "M066": 46,
    "M069": 49,
    "M070": 96,
    "M340": 16,
    "M341": 48,
    "M342": 50,
    "M344": 47,
}


def median(values):
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle]) / 2


def count(referrals):
    return ("count", len(referrals))


def percent(referrals, of):
    return ("percent", len(referrals), len(of) if isinstance(of, list) else of)


def mean(referrals, column):
    return ("mean", sum(r[column] for r in referrals), len(referrals))


def median_of(referrals, column):
    return ("median", median([r[column] for r in referrals]))


def between(referrals, column, low, high):
    """Those whose wait is known and from low to high days; None is no limit."""
    return [
        r
        for r in referrals
        if r[column] is not None and (low is None or r[column] >= low) and (high is None or r[column] <= high)
    ]


def indicators(derived: list[dict], start: date, end: date) -> dict[str, tuple]:
    """Every official measure, of referrals derived as at the period's end."""

    def within(column):
        return [r for r in derived if r[column] is not None and start <= r[column] <= end]

    ended = within("discharge_date")
    finished = [r for r in ended if r["finished_course"]]
    still_open = [r for r in derived if r["discharge_date"] is None]
    return {
        "M001": count(within("referral_date")),
        **open_measures(still_open, end),
        **assessment_measures(within("assessment_date"), ended),
        **treatment_measures(within("first_treatment_date"), within("second_treatment_date")),
        **ended_measures(ended, finished),
        **finished_measures(finished),
        **outcome_measures(finished),
        **anxiety_measures(finished),
        **wsas_measures(finished),
        **stage_measures(finished),
    }


def open_measures(still_open, end):
    treated = [
        {"idle": (end - r["last_treatment_date"]).days} for r in still_open if r["last_treatment_date"] is not None
    ]
    unassessed = [r for r in still_open if r["assessment_date"] is None]
    untreated = [r for r in still_open if r["first_treatment_date"] is None]

    def waiting(referrals, low, high):
        waits = [{"wait": days(r["referral_date"], end)} for r in referrals]
        return count(between(waits, "wait", low, high))

    return {
        "M019": count(between(treated, "idle", None, 60)),
        "M020": count(between(treated, "idle", 61, 90)),
        "M021": count(between(treated, "idle", 91, 120)),
        "M022": count(between(treated, "idle", 121, None)),
        "M029": count(unassessed),
        "M030": waiting(unassessed, 91, None),
        "M038": count(untreated),
        "M039": waiting(untreated, None, 14),
        "M040": waiting(untreated, None, 28),
        "M041": waiting(untreated, None, 42),
        "M042": waiting(untreated, None, 84),
        "M043": waiting(untreated, None, 126),
        "M044": waiting(untreated, 127, None),
        "M045": waiting(untreated, 91, None),
    }


def assessment_measures(assessed, ended):
    return {
        "M023": count(assessed),
        "M024": count(between(assessed, "assessment_wait", None, 28)),
        "M025": count(between(assessed, "assessment_wait", 29, 56)),
        "M026": count(between(assessed, "assessment_wait", 57, 90)),
        "M027": count(between(assessed, "assessment_wait", 91, None)),
        "M028": count([r for r in ended if r["assessment_date"] is None]),
    }


def treatment_measures(first, second):
    wait = "treatment_wait"
    next_wait = "second_treatment_wait"
    return {
        "M031": count(first),
        "M032": count(between(first, wait, None, 28)),
        "M033": count(between(first, wait, 29, 56)),
        "M034": count(between(first, wait, 57, 90)),
        "M035": count(between(first, wait, 91, None)),
        "M036": count(between(first, wait, None, 42)),
        "M037": count(between(first, wait, None, 126)),
        "M048": mean(first, wait),
        "M049": median_of(first, wait),
        "M046": count(between(second, next_wait, 29, None)),
        "M047": count(between(second, next_wait, 91, None)),
        "M121": count(between(second, next_wait, None, 28)),
        "M122": count(between(second, next_wait, 29, 90)),
        "M123": percent(between(second, next_wait, None, 28), second),
        "M124": percent(between(second, next_wait, 29, None), second),
        "M125": percent(between(second, next_wait, 29, 90), second),
        "M126": percent(between(second, next_wait, 91, None), second),
        "M184": count(second),
    }


def ended_measures(ended, finished):
    coded = [r for r in ended if r["end_code"] is not None]
    once = [r for r in ended if r["treatment_contacts"] == 1]
    untreated = [r for r in ended if r["first_treatment_date"] is None]
    seen = [r for r in ended if r["care_contacts"] > 0]
    treated = len(ended) - len(untreated)
    return {
        "M056": count(ended),
        **{measure: count([r for r in ended if r["end_code"] == code]) for measure, code in END_CODE_COUNTS.items()},
        "M071": count([r for r in coded if r["end_code"] not in END_CODES]),
        "M072": count([r for r in ended if r["end_code"] is None]),
        "M073": count([r for r in ended if r["care_contacts"] == 0]),
        "M074": count([r for r in seen if r["treatment_contacts"] == 0]),
        "M075": count(once),
        "M076": count(finished),
        "M077": percent(untreated, ended),
        "M078": percent(once, ended),
        "M079": percent(finished, ended),
        "M080": percent(finished + once, ended),
        "M081": percent(finished, treated),
        "M153": count(untreated),
        "M288": percent(once, treated),
    }


def finished_measures(finished):
    contacts = [r["treatment_contacts"] for r in finished]
    spans = [days(r["first_treatment_date"], r["last_treatment_date"]) for r in finished]
    within_6_weeks = between(finished, "treatment_wait", None, 42)
    within_18_weeks = between(finished, "treatment_wait", None, 126)
    on_sick_pay = [r for r in finished if r["sick_pay_first"] == "Y"]
    return {
        "M050": mean(finished, "treatment_wait"),
        "M051": median_of(finished, "treatment_wait"),
        "M052": count(within_6_weeks),
        "M053": percent(within_6_weeks, finished),
        "M054": count(within_18_weeks),
        "M055": percent(within_18_weeks, finished),
        "M089": ("count", sum(contacts)),
        "M141": mean(finished, "treatment_contacts"),
        "M142": median_of(finished, "treatment_contacts"),
        "M143": ("max", max(contacts, default=None)),
        "M144": ("min", min(contacts, default=None)),
        "M237": count([r for r in on_sick_pay if r["sick_pay_last"] == "N"]),
        "M351": ("ratio", sum(spans), sum(number - 1 for number in contacts)),
    }


def outcome_measures(finished):
    held = {fact: [r for r in finished if r[fact]] for fact in FACTS}
    cases = len(finished) - len(held["not_caseness"])
    return {
        "M179": count(held["not_caseness"]),
        "M180": percent(held["not_caseness"], finished),
        "M185": count(held["reliable_improvement"]),
        "M186": percent(held["reliable_improvement"], finished),
        "M187": count(held["no_reliable_change"]),
        "M189": count(held["reliable_deterioration"]),
        "M1010": percent(held["reliable_deterioration"], finished),
        "M191": count(held["recovery"]),
        "M192": percent(held["recovery"], cases),
        "M193": count(held["reliable_recovery"]),
        "M195": percent(held["reliable_recovery"], cases),
    }


def has(referral, *columns):
    return any(referral[column] is not None for column in columns)


def anxiety_measures(finished):
    # Where the descriptor names no measure, the specific scores are missing and GAD-7 alone decides.
    started = [r for r in finished if has(r, "specific_first", "gad7_first")]
    paired = [r for r in finished if has(r, "specific_last", "gad7_last")]
    phq9_started = [r for r in finished if has(r, "phq9_first")]
    phq9_paired = [r for r in finished if has(r, "phq9_last")]
    described = [r for r in finished if measures_of(r["problem_descriptor"])]
    appropriate = [r for r in described if r["anxiety_measure"] in measures_of(r["problem_descriptor"])]
    return {
        "M196": count([r for r in started if r not in paired]),
        "M197": count([r for r in finished if r not in started]),
        "M198": count(paired),
        "M199": count([r for r in phq9_started if not has(r, "phq9_last")]),
        "M200": count([r for r in finished if not has(r, "phq9_first")]),
        "M201": count(phq9_paired),
        "M202": count([r for r in phq9_paired if has(r, "anxiety_last")]),
        "M203": count(described),
        "M204": count(appropriate),
        "M205": percent(appropriate, described),
    }


def wsas_measures(finished):
    result = {}
    number = 212
    for item in WSAS_ITEMS:
        first = f"wsas_{item}_first"
        last = f"wsas_{item}_last"
        paired = [r for r in finished if has(r, last)]
        result[f"M{number}"] = count(paired)
        result[f"M{number + 1}"] = mean(paired, first)
        result[f"M{number + 2}"] = median_of(paired, first)
        result[f"M{number + 3}"] = mean(paired, last)
        result[f"M{number + 4}"] = median_of(paired, last)
        number += 5
    return result


def stage_measures(finished):
    assessed = [
        r for r in finished if r["assessment_date"] is not None and r["assessment_date"] <= r["first_treatment_date"]
    ]

    def to_first(stage):
        first = f"first_{stage}_intensity_date"
        return [{"wait": days(r["assessment_date"], r[first])} for r in assessed if r["first_stage"] == stage]

    def step(stage, next_stage):
        return [r for r in assessed if (r["first_stage"], r["second_stage"]) == (stage, next_stage)]

    high = to_first("high")
    low = to_first("low")
    down = [r for r in step("high", "low") if not r["stages_mixed"]]
    up = step("low", "high")
    return {
        "M347": mean(high, "wait"),
        "M348": mean(low, "wait"),
        "M349": mean(down, "stage_wait"),
        "M350": mean(up, "stage_wait"),
        "M352": count(high),
        "M353": count(low),
        "M354": count(down),
        "M355": count(up),
        "M356": count(between(high, "wait", None, 28)),
        "M357": count(between(low, "wait", None, 28)),
        "M358": count(between(high, "wait", None, 90)),
        "M359": count(between(low, "wait", None, 90)),
        "M360": count(between(up, "stage_wait", None, 28)),
        "M361": count(between(up, "stage_wait", None, 90)),
        "M362": percent(between(high, "wait", None, 28), high),
        "M363": percent(between(low, "wait", None, 28), low),
        "M364": percent(between(high, "wait", None, 90), high),
        "M365": percent(between(low, "wait", None, 90), low),
        "M366": percent(between(up, "stage_wait", None, 28), up),
        "M367": percent(between(up, "stage_wait", None, 90), up),
    }


# The vectors


TABLES = {
    "referral": {"date": "referral_date", "discharge_date": "discharge_date", "code": "end_code"},
    "contact": {
        "id": "contact_id",
        "date": "date",
        "attendance": "attendance",
        "type": "type",
        "planned": "planned",
        "code": "therapy_code",
        "duration": "duration",
    },
    "score": {"id": "score_id", "date": "date", "measure": "measure", "score": "score", "contact_id": "contact_id"},
    "complaint": {"id": "complaint_id", "code": "code", "date": "date", "primary": "primary"},
    "internet_therapy": {"id": "log_id", "date": "date"},
    "employment": {"date": "date", "sick_pay": "sick_pay"},
}


def read_cases(path=VECTORS):
    """(name, the rows of each table, as_at, expected columns, expected findings) of each case."""
    lines = Path(path).read_text(encoding="ascii").splitlines()
    header = lines[0].split(",")
    rows = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    for name, group in groupby(rows, key=lambda r: r["case"]):
        tables = {table: [] for table in TABLES}
        as_at = None
        expected = {}
        findings = []
        for r in group:
            table = r["table"]
            if table == "as_at":
                as_at = day(r["date"])
            elif table == "expect":
                expected[r["field"]] = r["value"]
            elif table == "finding":
                findings.append((r["field"], int(r["id"]), r["value"]))
            else:
                tables[table].append({column: r[cell] for cell, column in TABLES[table].items()})
        yield name, tables, as_at, expected, findings


def agrees(value, text):
    """Whether a derived value is what a cell says."""
    if value is None or text == "":
        return value is None and text == ""
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, int | Fraction):
        return Fraction(text) == value
    return text == str(value)


def check_vectors(path=VECTORS):
    """The number of cases, and what differs."""
    differences = []
    names = []
    for name, tables, as_at, expected, findings in read_cases(path):
        names.append(name)
        derived, found = derive_pathway(*tables.values(), as_at)
        for field, text in expected.items():
            if not agrees(derived[field], text):
                differences.append(f"{name}: {field} is {derived[field]}, not {text or 'null'}")
        if sorted(found) != sorted(findings):
            differences.append(f"{name}: findings are {sorted(found)}, not {sorted(findings)}")
    if len(set(names)) != len(names):
        differences.append("the rows of a case are not consecutive")
    return len(names), differences


if __name__ == "__main__":
    cases, differences = check_vectors()
    for difference in differences:
        print(difference)
    print(f"{cases} cases, {len(differences)} differences")
    sys.exit(1 if differences else 0)
