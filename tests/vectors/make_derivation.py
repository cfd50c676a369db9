"""Writes derivation.csv. The expected values are worked out by hand, from the rules.

python3 tests/vectors/make_derivation.py
"""

from pathlib import Path

COLUMNS = [
    "case",
    "table",
    "id",
    "date",
    "discharge_date",
    "code",
    "attendance",
    "type",
    "planned",
    "duration",
    "contact_id",
    "measure",
    "score",
    "primary",
    "sick_pay",
    "field",
    "value",
]

FACTS = [
    "paired",
    "caseness",
    "not_caseness",
    "recovery",
    "reliable_improvement",
    "reliable_deterioration",
    "no_reliable_change",
    "reliable_recovery",
]

RECOVERED = "paired caseness recovery reliable_improvement reliable_recovery"
WORSE = "paired caseness reliable_deterioration"
UNCHANGED = "paired caseness no_reliable_change"

LOW = "748051000000105"
HIGH = "304891004"
LOW_CODES = [
    "748051000000105",
    "748101000000105",
    "748041000000107",
    "748091000000102",
    "748061000000108",
    "702545008",
    "1026111000000108",
    "975131000000104",
]
HIGH_CODES = [
    "1127281000000100",
    "1129471000000105",
    "314034001",
    "449030000",
    "933221000000107",
    "1026131000000100",
    "304891004",
    "228557008",
    "443730003",
]
WEEKS = ["2024-05-01", "2024-05-08", "2024-05-15", "2024-05-22", "2024-05-29", "2024-06-05", "2024-06-12"]

WSAS_ITEMS = [
    "WSAS work",
    "WSAS home management",
    "WSAS social leisure activities",
    "WSAS private leisure activities",
    "WSAS relationships",
]

lines = [",".join(COLUMNS)]
names = set()


# Rows


def row(table, **cells):
    return {"table": table, **cells}


def referral(date="2024-04-01", discharge_date="2024-09-30", code="46"):
    return row("referral", date=date, discharge_date=discharge_date, code=code)


def contact(date, type="02", attendance="5", **cells):
    return row("contact", date=date, type=type, attendance=attendance, **cells)


def score(date, measure, value, **cells):
    return row("score", date=date, measure=measure, score=value, **cells)


def complaint(code, **cells):
    return row("complaint", code=code, **cells)


def log(date, **cells):
    return row("internet_therapy", date=date, **cells)


def job(date, sick_pay):
    return row("employment", date=date, sick_pay=sick_pay)


def as_at(date):
    return row("as_at", date=date)


def pair(measure, first, last):
    return [score("2024-05-01", measure, first), score("2024-07-01", measure, last)]


def wsas_items(date, *values):
    return [score(date, item, value) for item, value in zip(WSAS_ITEMS, values, strict=False)]


def steps(pattern):
    """A week apart: L low, H high, B both codes in one contact, - a contact without a code, I internet."""
    rows = []
    for position, letter in enumerate(pattern):
        date = WEEKS[position]
        contact_id = f"c{position}"
        if letter == "I":
            rows.append(log(date, id=f"l{position}"))
            continue
        for code in {"L": [LOW], "H": [HIGH], "B": [HIGH, LOW], "-": [""]}[letter]:
            rows.append(contact(date, id=contact_id, code=code))
    return rows


TWO_TREATMENTS = [contact("2024-05-01"), contact("2024-06-01")]
PHQ9 = pair("PHQ-9", "18", "9")
GAD7 = pair("GAD-7", "14", "6")
OPEN = referral(discharge_date="", code="")


# Cases


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def add(name, cells):
    full = {"case": name, **cells}
    lines.append(",".join(full.get(column, "") for column in COLUMNS))


def case(
    name, *rows, treatment=0, finished=False, facts="", anxiety="GAD-7", descriptor=None, findings=(), **expectations
):
    """A case with the usual referral, unless its rows have one."""
    assert name not in names, name
    names.add(name)
    given = [r for part in rows for r in (part if isinstance(part, list) else [part])]
    if not any(r["table"] == "referral" for r in given):
        given.insert(0, referral())
    for r in given:
        add(name, r)

    held = facts.split()
    assert set(held) <= set(FACTS), name
    expected = {"treatment_contacts": treatment, "finished_course": finished}
    expected |= {"anxiety_measure": anxiety, "problem_descriptor": descriptor}
    expected |= {fact: fact in held for fact in FACTS}
    for field, value in {**expected, **expectations}.items():
        add(name, {"table": "expect", "field": field, "value": text(value)})
    for table, number, kind in findings:
        add(name, {"table": "finding", "field": table, "id": str(number), "value": kind})


def attendance_cases():
    counted = {"treatment": 1, "care_contacts": 1, "treated_once": True, "ended_before_treatment": False}
    lost = {"treatment": 0, "care_contacts": 0, "treated_once": False, "ended_before_treatment": True}
    unknown = [("contacts", 0, "unknown_code")]

    for code in ["2", "3", "4", "7", "02", "07"]:
        case(f"attendance_{code}_does_not_count", contact("2024-05-01", attendance=code), **lost)
    for code in ["5", "6", "05", "06"]:
        case(f"attendance_{code}_counts", contact("2024-05-01", attendance=code), **counted)
    case("attendance_missing", contact("2024-05-01", attendance=""), **lost)
    case("attendance_unknown", contact("2024-05-01", attendance="9"), **lost, findings=unknown)
    case("attendance_1_is_unknown", contact("2024-05-01", attendance="1"), **lost, findings=unknown)
    case("attendance_text_is_unknown", contact("2024-05-01", attendance="seen"), **lost, findings=unknown)

    case("unplanned_not_attended_counts", contact("2024-05-01", attendance="7", planned="N"), **counted)
    case("unplanned_cancelled_counts", contact("2024-05-01", attendance="02", planned="N"), **counted)
    case("unplanned_without_attendance_counts", contact("2024-05-01", attendance="", planned="N"), **counted)
    case(
        "unplanned_unknown_attendance_counts",
        contact("2024-05-01", attendance="9", planned="N"),
        **counted,
        findings=unknown,
    )
    case("unplanned_false_counts", contact("2024-05-01", attendance="7", planned="false"), **counted)
    case("planned_not_attended", contact("2024-05-01", attendance="7", planned="Y"), **lost)
    case("planned_true_not_attended", contact("2024-05-01", attendance="7", planned="true"), **lost)
    case("planned_attended", contact("2024-05-01", attendance="5", planned="Y"), **counted)
    case(
        "planned_unknown_is_missing",
        contact("2024-05-01", attendance="7", planned="X"),
        **lost,
        findings=unknown,
    )
    case("duration_changes_nothing", contact("2024-05-01", duration="60"), **counted)


def type_cases():
    on = "2024-05-01"
    for code in ["01", "1"]:
        case(
            f"type_{code}_assessment",
            contact(on, type=code),
            treatment=0,
            care_contacts=1,
            assessment_date=on,
            first_treatment_date=None,
            ended_before_treatment=True,
        )
    for code in ["02", "2", "05", "5"]:
        case(
            f"type_{code}_treatment",
            contact(on, type=code),
            treatment=1,
            care_contacts=1,
            assessment_date=None,
            first_treatment_date=on,
        )
    for code in ["03", "3"]:
        case(
            f"type_{code}_assessment_and_treatment",
            contact(on, type=code),
            treatment=1,
            care_contacts=1,
            assessment_date=on,
            first_treatment_date=on,
        )
    for code in ["04", "4", "10"]:
        case(f"type_{code}_care_contact_only", contact(on, type=code), care_contacts=1, assessment_date=None)
    for code in ["06", "6"]:
        case(f"type_{code}_follow_up", contact(on, type=code), care_contacts=0, assessment_date=None)
    case("type_missing_is_a_care_contact", contact(on, type=""), care_contacts=1, assessment_date=None)
    for code in ["07", "99", "therapy"]:
        case(
            f"type_{code}_is_unknown",
            contact(on, type=code),
            care_contacts=1,
            assessment_date=None,
            findings=[("contacts", 0, "unknown_code")],
        )


def window_cases():
    case("contact_on_referral_day", contact("2024-04-01"), treatment=1, first_treatment_date="2024-04-01")
    case("contact_on_discharge_day", contact("2024-09-30"), treatment=1, first_treatment_date="2024-09-30")
    case(
        "contact_day_before_referral",
        contact("2024-03-31"),
        care_contacts=1,
        first_treatment_date=None,
        treatment_wait=None,
        findings=[("contacts", 0, "contact_before_referral")],
    )
    case(
        "contact_day_after_discharge",
        contact("2024-10-01"),
        care_contacts=1,
        first_treatment_date=None,
        ended_before_treatment=True,
        findings=[("contacts", 0, "contact_after_discharge")],
    )
    case("follow_up_after_discharge_is_no_finding", contact("2024-10-01", type="06"), care_contacts=0)
    case(
        "review_after_discharge",
        contact("2024-10-01", type="04"),
        care_contacts=1,
        findings=[("contacts", 0, "contact_after_discharge")],
    )
    case(
        "finished_only_counts_the_window",
        contact("2024-03-31"),
        contact("2024-05-01"),
        contact("2024-10-01"),
        treatment=1,
        care_contacts=3,
        treated_once=True,
        first_treatment_date="2024-05-01",
        last_treatment_date="2024-05-01",
        findings=[("contacts", 0, "contact_before_referral"), ("contacts", 2, "contact_after_discharge")],
    )
    case(
        "open_referral",
        OPEN,
        TWO_TREATMENTS,
        treatment=2,
        treated_once=False,
        ended_before_treatment=False,
        last_treatment_date="2024-06-01",
    )
    case("open_referral_has_no_last_day", OPEN, contact("2031-01-01"), treatment=1, first_treatment_date="2031-01-01")
    case(
        "open_referral_without_contacts",
        OPEN,
        treated_once=False,
        ended_before_treatment=False,
        care_contacts=0,
        assessment_wait=None,
        treatment_wait=None,
        second_treatment_wait=None,
    )
    case(
        "no_referral_date",
        referral(date=""),
        contact("2024-05-01", type="03"),
        contact("2024-06-01"),
        PHQ9,
        GAD7,
        treatment=0,
        care_contacts=2,
        assessment_date="2024-05-01",
        assessment_wait=None,
        first_treatment_date=None,
        ended_before_treatment=True,
        phq9_first=None,
        phq9_last=None,
        findings=[("referrals", 0, "missing_date")],
    )
    case(
        "discharge_before_referral",
        referral(date="2024-05-10", discharge_date="2024-05-09"),
        treatment=0,
        ended_before_treatment=True,
        findings=[("referrals", 0, "discharge_before_referral")],
    )
    case(
        "discharge_before_referral_empty_window",
        referral(date="2024-05-10", discharge_date="2024-05-09"),
        contact("2024-05-10"),
        contact("2024-05-11"),
        treatment=0,
        care_contacts=2,
        ended_before_treatment=True,
        findings=[
            ("referrals", 0, "discharge_before_referral"),
            ("contacts", 0, "contact_after_discharge"),
            ("contacts", 1, "contact_after_discharge"),
        ],
    )
    case(
        "referral_and_discharge_on_one_day",
        referral(discharge_date="2024-04-01"),
        contact("2024-04-01"),
        treatment=1,
        treated_once=True,
        treatment_wait=0,
    )
    case(
        "contact_without_date",
        contact(""),
        contact("", type="01"),
        care_contacts=0,
        assessment_date=None,
        findings=[("contacts", 0, "missing_date"), ("contacts", 1, "missing_date")],
    )


def count_cases():
    case(
        "no_contact",
        care_contacts=0,
        first_treatment_date=None,
        second_treatment_date=None,
        last_treatment_date=None,
        ended_before_treatment=True,
        treated_once=False,
    )
    case(
        "one_treatment_contact",
        contact("2024-05-01"),
        treatment=1,
        treated_once=True,
        ended_before_treatment=False,
        first_treatment_date="2024-05-01",
        second_treatment_date=None,
        last_treatment_date="2024-05-01",
        second_treatment_wait=None,
    )
    case(
        "two_treatment_contacts",
        TWO_TREATMENTS,
        treatment=2,
        finished=True,
        treated_once=False,
        ended_before_treatment=False,
        first_treatment_date="2024-05-01",
        second_treatment_date="2024-06-01",
        last_treatment_date="2024-06-01",
        second_treatment_wait=31,
    )
    case(
        "two_treatment_contacts_on_one_day",
        contact("2024-05-01"),
        contact("2024-05-01"),
        treatment=2,
        finished=True,
        first_treatment_date="2024-05-01",
        second_treatment_date="2024-05-01",
        last_treatment_date="2024-05-01",
        second_treatment_wait=0,
    )
    case(
        "contacts_are_ordered_by_date",
        contact("2024-07-01"),
        contact("2024-05-01"),
        contact("2024-06-01"),
        treatment=3,
        finished=True,
        first_treatment_date="2024-05-01",
        second_treatment_date="2024-06-01",
        last_treatment_date="2024-07-01",
    )
    case(
        "attended_and_missed_contacts",
        contact("2024-05-01"),
        contact("2024-05-08", attendance="7"),
        contact("2024-05-15", attendance="3"),
        contact("2024-05-22", attendance="6"),
        treatment=2,
        finished=True,
        care_contacts=2,
        second_treatment_date="2024-05-22",
    )
    case(
        "assessment_then_treatment",
        contact("2024-05-01", type="01"),
        contact("2024-05-08"),
        treatment=1,
        treated_once=True,
        care_contacts=2,
        assessment_date="2024-05-01",
        first_treatment_date="2024-05-08",
    )


def duplicate_contact_cases():
    case(
        "contact_id_twice_agreeing",
        contact("2024-05-01", id="1"),
        contact("2024-05-01", id="1"),
        treatment=1,
        care_contacts=1,
        treated_once=True,
    )
    case(
        "contact_id_twice_padding_agrees",
        contact("2024-05-01", id="1", type="02", attendance="05"),
        contact("2024-05-01", id="1", type="2", attendance="5"),
        treatment=1,
        care_contacts=1,
    )
    disagreeing = [("contacts", 0, "duplicate_id")]
    case(
        "contact_id_twice_other_date",
        contact("2024-05-01", id="1"),
        contact("2024-05-02", id="1"),
        treatment=1,
        first_treatment_date="2024-05-02",
        findings=disagreeing,
    )
    case(
        "contact_id_twice_earlier_date_last",
        contact("2024-05-02", id="1"),
        contact("2024-05-01", id="1"),
        treatment=1,
        first_treatment_date="2024-05-01",
        findings=disagreeing,
    )
    case(
        "contact_id_twice_other_attendance",
        contact("2024-05-01", id="1"),
        contact("2024-05-01", id="1", attendance="7"),
        treatment=0,
        care_contacts=0,
        findings=disagreeing,
    )
    case(
        "contact_id_twice_other_type",
        contact("2024-05-01", id="1", type="01"),
        contact("2024-05-01", id="1", type="02"),
        treatment=1,
        assessment_date=None,
        findings=disagreeing,
    )
    case(
        "contact_id_twice_other_planned",
        contact("2024-05-01", id="1", attendance="7", planned="Y"),
        contact("2024-05-01", id="1", attendance="7", planned="N"),
        treatment=1,
        findings=disagreeing,
    )
    case(
        "contacts_without_id_are_separate",
        contact("2024-05-01"),
        contact("2024-05-01"),
        treatment=2,
        finished=True,
        care_contacts=2,
    )
    case(
        "several_codes_of_one_contact",
        contact("2024-05-01", id="1", code=LOW),
        contact("2024-05-01", id="1", code=HIGH),
        treatment=1,
        low_intensity_contacts=1,
        high_intensity_contacts=1,
        first_low_intensity_date="2024-05-01",
        first_high_intensity_date="2024-05-01",
    )
    case(
        "same_code_twice_in_one_contact",
        contact("2024-05-01", id="1", code=LOW),
        contact("2024-05-01", id="1", code=LOW),
        treatment=1,
        low_intensity_contacts=1,
        high_intensity_contacts=0,
    )
    case(
        "codes_of_disagreeing_rows_are_united",
        contact("2024-05-01", id="1", code=LOW),
        contact("2024-05-02", id="1", code=HIGH),
        treatment=1,
        low_intensity_contacts=1,
        high_intensity_contacts=1,
        first_low_intensity_date="2024-05-02",
        first_high_intensity_date="2024-05-02",
        findings=disagreeing,
    )


def internet_cases():
    case(
        "internet_log_in_window",
        log("2024-05-01", id="1"),
        treatment=1,
        care_contacts=0,
        treated_once=True,
        ended_before_treatment=False,
        assessment_date=None,
        first_treatment_date="2024-05-01",
        high_intensity_contacts=1,
        first_high_intensity_date="2024-05-01",
        low_intensity_contacts=0,
    )
    case("internet_log_on_referral_day", log("2024-04-01"), treatment=1, treatment_wait=0)
    case("internet_log_on_discharge_day", log("2024-09-30"), treatment=1, first_treatment_date="2024-09-30")
    case("internet_log_before_referral", log("2024-03-31"), treatment=0, high_intensity_contacts=0)
    case("internet_log_after_discharge", log("2024-10-01"), treatment=0, high_intensity_contacts=0)
    case(
        "internet_logs_without_id_are_separate",
        log("2024-05-01"),
        log("2024-05-01"),
        treatment=2,
        finished=True,
        high_intensity_contacts=2,
    )
    case(
        "internet_log_twice",
        log("2024-05-01", id="1"),
        log("2024-05-01", id="1"),
        treatment=1,
        findings=[("internet_therapy", 0, "duplicate_id")],
    )
    case(
        "internet_log_twice_last_counts",
        log("2024-05-01", id="1"),
        log("2024-05-08", id="1"),
        treatment=1,
        first_treatment_date="2024-05-08",
        findings=[("internet_therapy", 0, "duplicate_id")],
    )
    case(
        "internet_log_twice_last_outside",
        log("2024-05-01", id="1"),
        log("2024-10-01", id="1"),
        treatment=0,
        findings=[("internet_therapy", 0, "duplicate_id")],
    )
    case(
        "internet_log_and_contact",
        contact("2024-05-08"),
        log("2024-05-01", id="1"),
        treatment=2,
        finished=True,
        care_contacts=1,
        first_treatment_date="2024-05-01",
        second_treatment_date="2024-05-08",
        second_treatment_wait=7,
    )
    case(
        "internet_log_without_date",
        log("", id="1"),
        treatment=0,
        findings=[("internet_therapy", 0, "missing_date")],
    )


def assessment_cases():
    case(
        "earliest_assessment_counts",
        contact("2024-05-10", type="01"),
        contact("2024-05-01", type="01"),
        assessment_date="2024-05-01",
        assessment_wait=30,
    )
    case(
        "missed_assessment_does_not_count",
        contact("2024-05-01", type="01", attendance="7"),
        contact("2024-05-10", type="01"),
        assessment_date="2024-05-10",
    )
    case(
        "unplanned_assessment_counts",
        contact("2024-05-01", type="01", attendance="", planned="N"),
        assessment_date="2024-05-01",
    )
    case(
        "type_03_before_type_01",
        contact("2024-05-10", type="01"),
        contact("2024-05-01", type="03"),
        treatment=1,
        assessment_date="2024-05-01",
    )
    case(
        "assessment_before_referral",
        contact("2024-03-30", type="01"),
        assessment_date="2024-03-30",
        assessment_wait=-2,
        findings=[("contacts", 0, "contact_before_referral")],
    )
    case(
        "assessment_after_discharge",
        contact("2024-10-01", type="01"),
        assessment_date="2024-10-01",
        assessment_wait=183,
        findings=[("contacts", 0, "contact_after_discharge")],
    )
    case(
        "type_03_before_referral_is_assessment_only",
        contact("2024-03-31", type="03"),
        treatment=0,
        assessment_date="2024-03-31",
        assessment_wait=-1,
        first_treatment_date=None,
        findings=[("contacts", 0, "contact_before_referral")],
    )


def wait_cases():
    waits = {
        0: "2024-04-01",
        28: "2024-04-29",
        29: "2024-04-30",
        42: "2024-05-13",
        43: "2024-05-14",
        56: "2024-05-27",
        57: "2024-05-28",
        90: "2024-06-30",
        91: "2024-07-01",
        126: "2024-08-05",
        127: "2024-08-06",
    }
    for wait, on in waits.items():
        case(f"wait_{wait}_days", contact(on, type="03"), treatment=1, assessment_wait=wait, treatment_wait=wait)
    for wait, on in {28: "2024-05-08", 29: "2024-05-09", 90: "2024-07-09", 91: "2024-07-10"}.items():
        case(
            f"second_wait_{wait}_days",
            contact("2024-04-10"),
            contact(on),
            treatment=2,
            finished=True,
            treatment_wait=9,
            second_treatment_wait=wait,
        )
    case(
        "wait_over_29_february",
        referral(date="2024-02-28"),
        contact("2024-03-01", type="03"),
        treatment=1,
        assessment_wait=2,
        treatment_wait=2,
    )
    case(
        "wait_over_the_year_end",
        referral(date="2023-12-31"),
        contact("2024-01-01"),
        treatment=1,
        assessment_wait=None,
        treatment_wait=1,
    )


def outcome_cases():
    finished = {"treatment": 2, "finished": True}
    case(
        "recovered",
        TWO_TREATMENTS,
        PHQ9,
        GAD7,
        **finished,
        facts=RECOVERED,
        phq9_first=18,
        phq9_last=9,
        gad7_first=14,
        gad7_last=6,
        anxiety_first=14,
        anxiety_last=6,
        specific_first=None,
        specific_last=None,
    )
    case("outcome_without_treatment", PHQ9, GAD7, facts=RECOVERED, ended_before_treatment=True)
    case("outcome_of_open_referral", OPEN, TWO_TREATMENTS, PHQ9, GAD7, treatment=2, facts=RECOVERED)
    case("deteriorated", TWO_TREATMENTS, pair("PHQ-9", "12", "18"), pair("GAD-7", "10", "10"), **finished, facts=WORSE)
    case("unchanged", TWO_TREATMENTS, pair("PHQ-9", "15", "10"), pair("GAD-7", "11", "8"), **finished, facts=UNCHANGED)
    case(
        "improved_and_deteriorated_is_unchanged",
        TWO_TREATMENTS,
        pair("PHQ-9", "18", "12"),
        pair("GAD-7", "10", "14"),
        **finished,
        facts=UNCHANGED,
    )
    case(
        "recovery_without_reliable_improvement",
        TWO_TREATMENTS,
        pair("PHQ-9", "10", "9"),
        pair("GAD-7", "7", "7"),
        **finished,
        facts="paired caseness recovery no_reliable_change",
    )
    case(
        "improvement_below_caseness",
        TWO_TREATMENTS,
        pair("PHQ-9", "9", "3"),
        pair("GAD-7", "7", "7"),
        **finished,
        facts="paired not_caseness reliable_improvement",
    )
    case(
        "caseness_on_gad7_alone",
        TWO_TREATMENTS,
        pair("PHQ-9", "9", "9"),
        pair("GAD-7", "8", "8"),
        **finished,
        facts=UNCHANGED,
    )
    case(
        "caseness_known_from_phq9_alone",
        score("2024-05-01", "PHQ-9", "10"),
        facts="caseness",
        phq9_first=10,
        phq9_last=None,
        gad7_first=None,
        anxiety_first=None,
    )
    case("caseness_unknown", score("2024-05-01", "PHQ-9", "9"), facts="", phq9_first=9, gad7_first=None)
    case(
        "not_caseness_unpaired",
        score("2024-05-01", "PHQ-9", "9"),
        score("2024-05-01", "GAD-7", "7"),
        facts="not_caseness",
    )
    case("gad7_unpaired", PHQ9, score("2024-05-01", "GAD-7", "14"), facts="caseness", gad7_first=14, gad7_last=None)
    case("no_scores", TWO_TREATMENTS, **finished, phq9_first=None, gad7_first=None, anxiety_first=None, wsas_first=None)


def score_cases():
    case("one_score_is_first_only", score("2024-05-01", "PHQ-9", "18"), facts="caseness", phq9_first=18, phq9_last=None)
    case(
        "scores_are_ordered_by_date",
        score("2024-07-01", "PHQ-9", "5"),
        score("2024-05-01", "PHQ-9", "18"),
        score("2024-06-01", "PHQ-9", "27"),
        facts="caseness",
        phq9_first=18,
        phq9_last=5,
    )
    case(
        "first_and_last_of_each_measure",
        score("2024-05-01", "PHQ-9", "18"),
        score("2024-05-08", "GAD-7", "14"),
        score("2024-05-15", "PHQ-9", "9"),
        score("2024-05-22", "GAD-7", "6"),
        facts=RECOVERED,
        phq9_first=18,
        phq9_last=9,
        gad7_first=14,
        gad7_last=6,
    )
    case(
        "two_scores_on_one_day_equal",
        score("2024-05-01", "PHQ-9", "18", id="1"),
        score("2024-05-01", "PHQ-9", "18", id="2"),
        facts="caseness",
        phq9_first=18,
        phq9_last=None,
    )
    same_day = {"facts": "caseness", "phq9_last": None}
    case(
        "conflict_numeric_ids",
        score("2024-05-01", "PHQ-9", "12", id="10"),
        score("2024-05-01", "PHQ-9", "18", id="9"),
        **same_day,
        phq9_first=12,
        findings=[("scores", 1, "conflicting_scores")],
    )
    case(
        "conflict_text_ids",
        score("2024-05-01", "PHQ-9", "12", id="a10"),
        score("2024-05-01", "PHQ-9", "18", id="a9"),
        **same_day,
        phq9_first=18,
        findings=[("scores", 0, "conflicting_scores")],
    )
    case(
        "conflict_text_ids_upper_before_lower",
        score("2024-05-01", "PHQ-9", "12", id="a"),
        score("2024-05-01", "PHQ-9", "18", id="B"),
        **same_day,
        phq9_first=12,
        findings=[("scores", 1, "conflicting_scores")],
    )
    case(
        "conflict_without_ids",
        score("2024-05-01", "PHQ-9", "12"),
        score("2024-05-01", "PHQ-9", "18"),
        **same_day,
        phq9_first=18,
        findings=[("scores", 0, "conflicting_scores")],
    )
    case(
        "conflict_missing_id_is_lowest",
        score("2024-05-01", "PHQ-9", "12", id="1"),
        score("2024-05-01", "PHQ-9", "18"),
        **same_day,
        phq9_first=12,
        findings=[("scores", 1, "conflicting_scores")],
    )
    case(
        "conflict_between_first_and_last",
        score("2024-05-01", "PHQ-9", "18"),
        score("2024-06-01", "PHQ-9", "15", id="1"),
        score("2024-06-01", "PHQ-9", "14", id="2"),
        score("2024-07-01", "PHQ-9", "9"),
        facts="caseness",
        phq9_first=18,
        phq9_last=9,
        findings=[("scores", 1, "conflicting_scores")],
    )
    case(
        "conflict_on_the_last_day",
        score("2024-05-01", "PHQ-9", "18"),
        score("2024-07-01", "PHQ-9", "9", id="2"),
        score("2024-07-01", "PHQ-9", "11", id="1"),
        facts="caseness",
        phq9_first=18,
        phq9_last=9,
        findings=[("scores", 2, "conflicting_scores")],
    )
    case(
        "no_conflict_between_measures",
        score("2024-05-01", "PHQ-9", "18"),
        score("2024-05-01", "GAD-7", "14"),
        facts="caseness",
        phq9_first=18,
        gad7_first=14,
    )
    case(
        "score_id_twice",
        score("2024-05-01", "PHQ-9", "12", id="1"),
        score("2024-05-01", "PHQ-9", "18", id="1"),
        **same_day,
        phq9_first=18,
        findings=[("scores", 0, "duplicate_id")],
    )
    case(
        "score_id_twice_on_two_days_is_one_score",
        score("2024-05-01", "PHQ-9", "12", id="1"),
        score("2024-07-01", "PHQ-9", "18", id="1"),
        **same_day,
        phq9_first=18,
        findings=[("scores", 0, "duplicate_id")],
    )
    case(
        "score_id_of_two_measures",
        score("2024-05-01", "PHQ-9", "18", id="1"),
        score("2024-05-01", "GAD-7", "14", id="1"),
        facts="caseness",
        phq9_first=18,
        gad7_first=14,
    )


def score_validity_cases():
    for name, value in [
        ("28", "28"),
        ("99", "99"),
        ("below_0", "-1"),
        ("fraction", "10.5"),
        ("text", "high"),
    ]:
        case(
            f"score_{name}_is_not_valid",
            score("2024-05-01", "PHQ-9", value),
            PHQ9[1],
            phq9_first=9,
            phq9_last=None,
            findings=[("scores", 0, "score_out_of_range")],
        )
    case("score_missing", score("2024-05-01", "PHQ-9", ""), PHQ9[1], phq9_first=9, phq9_last=None)
    case("score_0", pair("PHQ-9", "27", "0"), facts="caseness", phq9_first=27, phq9_last=0)
    case("score_10.0_is_whole", score("2024-05-01", "PHQ-9", "10.0"), facts="caseness", phq9_first=10)
    case(
        "gad7_22_is_not_valid",
        score("2024-05-01", "GAD-7", "22"),
        score("2024-05-08", "GAD-7", "21"),
        facts="caseness",
        gad7_first=21,
        gad7_last=None,
        findings=[("scores", 0, "score_out_of_range")],
    )
    case(
        "score_without_date",
        score("", "PHQ-9", "18"),
        phq9_first=None,
        findings=[("scores", 0, "missing_date")],
    )
    case(
        "measure_unknown",
        score("2024-05-01", "PHQ-8", "18"),
        phq9_first=None,
        findings=[("scores", 0, "unknown_measure")],
    )
    case(
        "measure_code_unknown",
        score("2024-05-01", "720433001", "18"),
        phq9_first=None,
        findings=[("scores", 0, "unknown_measure")],
    )
    for name in ["BIQ", "CFQ", "Francis IBS", "IBS", "PHQ-15"]:
        case(
            f"measure_{name.replace(' ', '_')}_is_not_configured",
            score("2024-05-01", name, "10"),
            phq9_first=None,
            findings=[("scores", 0, "threshold_not_configured")],
        )
    case("pswq_without_a_descriptor", pair("PSWQ", "60", "40"), anxiety_first=None, specific_first=None)
    for name in ["phq9", "PHQ9", "PHQ 9", "phq-9", "720433000"]:
        case(
            f"measure_named_{name.replace(' ', '_')}", score("2024-05-01", name, "18"), facts="caseness", phq9_first=18
        )
    for name in ["gad7", "GAD 7", "445455005"]:
        case(
            f"measure_named_{name.replace(' ', '_')}", score("2024-05-01", name, "14"), facts="caseness", gad7_first=14
        )

    case(
        "scores_on_the_first_and_last_day",
        score("2024-04-01", "PHQ-9", "18"),
        score("2024-09-30", "PHQ-9", "9"),
        facts="caseness",
        phq9_first=18,
        phq9_last=9,
    )
    case(
        "score_day_before_referral",
        score("2024-03-31", "PHQ-9", "27"),
        score("2024-05-01", "PHQ-9", "18"),
        facts="caseness",
        phq9_first=18,
        phq9_last=None,
        findings=[("scores", 0, "score_before_referral")],
    )
    case(
        "score_day_after_discharge",
        score("2024-05-01", "PHQ-9", "18"),
        score("2024-10-01", "PHQ-9", "3"),
        facts="caseness",
        phq9_first=18,
        phq9_last=None,
        findings=[("scores", 1, "score_after_discharge")],
    )
    case(
        "scores_of_open_referral",
        OPEN,
        score("2024-05-01", "PHQ-9", "18"),
        score("2031-01-01", "PHQ-9", "3"),
        facts="caseness",
        phq9_first=18,
        phq9_last=3,
    )


def follow_up_score_cases():
    case(
        "follow_up_score_before_discharge",
        contact("2024-08-01", id="f", type="06"),
        PHQ9,
        score("2024-08-01", "PHQ-9", "2", contact_id="f"),
        facts="caseness",
        care_contacts=0,
        phq9_first=18,
        phq9_last=9,
    )
    case(
        "follow_up_score_after_discharge",
        contact("2024-11-01", id="f", type="6"),
        PHQ9,
        score("2024-11-01", "PHQ-9", "2", contact_id="f"),
        facts="caseness",
        phq9_first=18,
        phq9_last=9,
    )
    case(
        "follow_up_missed_excludes_its_score",
        contact("2024-08-01", id="f", type="06", attendance="7"),
        PHQ9,
        score("2024-08-01", "PHQ-9", "2", contact_id="f"),
        facts="caseness",
        phq9_first=18,
        phq9_last=9,
    )
    case(
        "score_on_a_follow_up_day_without_link_counts",
        contact("2024-08-01", id="f", type="06"),
        PHQ9,
        score("2024-08-01", "PHQ-9", "2"),
        facts="caseness",
        phq9_first=18,
        phq9_last=2,
    )
    case(
        "score_at_a_missed_contact_counts",
        contact("2024-05-01", id="1", attendance="7"),
        score("2024-05-01", "PHQ-9", "18", contact_id="1"),
        facts="caseness",
        phq9_first=18,
    )
    case(
        "score_after_discharge_linked_to_a_treatment",
        contact("2024-10-01", id="1"),
        score("2024-10-01", "PHQ-9", "18", contact_id="1"),
        phq9_first=None,
        findings=[("contacts", 0, "contact_after_discharge"), ("scores", 0, "score_after_discharge")],
    )
    case(
        "score_of_unknown_contact_counts",
        contact("2024-05-01", id="1"),
        score("2024-05-01", "PHQ-9", "18", contact_id="2"),
        treatment=1,
        facts="caseness",
        phq9_first=18,
        findings=[("scores", 0, "unknown_contact")],
    )


def descriptor_choice_cases():
    def chosen(name, *rows, descriptor, findings=()):
        case(name, *rows, descriptor=descriptor, findings=findings)

    # None of these codes names a measure, so that the choice alone is at stake.
    chosen("descriptor_none", descriptor=None)
    chosen("descriptor_missing_code", complaint("", primary="Y"), descriptor=None)
    chosen(
        "descriptor_valid_before_missing",
        complaint("F32", date="2024-04-01", primary="N"),
        complaint("", date="2024-05-01", primary="Y"),
        descriptor="F32",
    )
    chosen(
        "descriptor_valid_before_invalid",
        complaint("depression", date="2024-05-01", primary="Y"),
        complaint("F32", date="2024-04-01", primary="N"),
        descriptor="F32",
        findings=[("complaints", 0, "unknown_code")],
    )
    chosen(
        "descriptor_primary_before_latest",
        complaint("F33", date="2024-05-01", primary="N"),
        complaint("F32", date="2024-04-01", primary="Y"),
        descriptor="F32",
    )
    for yes, no in [("P", "S"), ("true", "false"), ("1", "0"), ("Y", "")]:
        chosen(
            f"descriptor_primary_{yes}",
            complaint("F32", date="2024-04-01", primary=yes),
            complaint("F33", date="2024-05-01", primary=no),
            descriptor="F32",
        )
    chosen(
        "descriptor_secondary_and_unmarked_are_equal",
        complaint("F32", date="2024-05-01", primary=""),
        complaint("F33", date="2024-04-01", primary="S"),
        descriptor="F32",
    )
    chosen(
        "descriptor_latest_date",
        complaint("F32", date="2024-05-01", primary="Y", id="1"),
        complaint("F33", date="2024-04-01", primary="Y", id="2"),
        descriptor="F32",
    )
    chosen(
        "descriptor_missing_date_is_lowest",
        complaint("F32", date="2024-04-01", primary="Y", id="1"),
        complaint("F33", primary="Y", id="2"),
        descriptor="F32",
    )
    chosen(
        "descriptor_highest_numeric_id",
        complaint("F32", date="2024-04-01", primary="Y", id="10"),
        complaint("F33", date="2024-04-01", primary="Y", id="9"),
        descriptor="F32",
    )
    chosen(
        "descriptor_highest_text_id",
        complaint("F32", date="2024-04-01", primary="Y", id="a9"),
        complaint("F33", date="2024-04-01", primary="Y", id="a10"),
        descriptor="F32",
    )
    chosen(
        "descriptor_missing_id_is_lowest",
        complaint("F32", date="2024-04-01", primary="Y", id="1"),
        complaint("F33", date="2024-04-01", primary="Y"),
        descriptor="F32",
    )
    chosen(
        "descriptor_last_row",
        complaint("F33", date="2024-04-01", primary="Y"),
        complaint("F32", date="2024-04-01", primary="Y"),
        descriptor="F32",
    )
    chosen(
        "descriptor_from_before_the_referral",
        complaint("F32", date="2024-01-01", primary="Y"),
        descriptor="F32",
    )


# The descriptor, its measure, the first score at caseness and one that has reliably improved below it.
NAMED_MEASURES = [
    ("F40.0", "F400", "MI", "3", "2"),
    ("F40.1", "F401", "SPIN", "40", "18"),
    ("F41.0", "F410", "PDSS", "14", "7"),
    ("F42", "F42", "OCI", "80", "39"),
    ("F43.1", "F431", "PCL-5", "50", "31"),
    ("F45.2", "F452", "HAI", "30", "17"),
]
UNCONFIGURED = [
    ("G93.3", "G933", "CFQ"),
    ("K58", "K58", "IBS"),
    ("83482000", "83482000", "BIQ"),
    ("723916001", "723916001", "PHQ-15"),
]
# GAD-7 rises by 4 here, so that it would not give a recovery.
GAD7_WORSE = pair("GAD-7", "10", "14")
NO_MEASURE = [("complaints", 0, "descriptor_without_measure")]


def anxiety_measure_cases():
    for code, descriptor, measure, first, last in NAMED_MEASURES:
        case(
            f"descriptor_{descriptor}_paired",
            complaint(code),
            PHQ9,
            GAD7_WORSE,
            pair(measure, first, last),
            descriptor=descriptor,
            anxiety=measure,
            facts=RECOVERED,
            gad7_first=10,
            gad7_last=14,
            specific_first=first,
            specific_last=last,
            anxiety_first=first,
            anxiety_last=last,
        )
        # PHQ-9 improves reliably, GAD-7 deteriorates reliably.
        case(
            f"descriptor_{descriptor}_not_paired",
            complaint(code),
            PHQ9,
            GAD7_WORSE,
            score("2024-05-01", measure, first),
            descriptor=descriptor,
            anxiety="GAD-7",
            facts=UNCHANGED,
            specific_first=first,
            specific_last=None,
            anxiety_first=10,
            anxiety_last=14,
            findings=NO_MEASURE,
        )
    for code, descriptor, measure in UNCONFIGURED:
        case(
            f"descriptor_{descriptor}_with_scores",
            complaint(code),
            PHQ9,
            GAD7,
            pair(measure, "20", "5"),
            descriptor=descriptor,
            facts=RECOVERED,
            specific_first=None,
            specific_last=None,
            anxiety_first=14,
            findings=[
                ("scores", 4, "threshold_not_configured"),
                ("scores", 5, "threshold_not_configured"),
                *NO_MEASURE,
            ],
        )
        case(
            f"descriptor_{descriptor}_without_scores",
            complaint(code),
            PHQ9,
            GAD7,
            descriptor=descriptor,
            facts=RECOVERED,
            specific_first=None,
            anxiety_first=14,
            findings=NO_MEASURE,
        )
    case(
        "specific_paired_without_gad7",
        complaint("F40.1"),
        PHQ9,
        pair("SPIN", "40", "18"),
        descriptor="F401",
        anxiety="SPIN",
        facts=RECOVERED,
        gad7_first=None,
        anxiety_first=40,
        anxiety_last=18,
    )
    # PHQ-9 is no case at first; the SPIN score is one, but GAD-7 is asked, and is missing.
    case(
        "specific_unpaired_without_gad7",
        complaint("F40.1"),
        pair("PHQ-9", "9", "9"),
        score("2024-05-01", "SPIN", "40"),
        descriptor="F401",
        facts="",
        specific_first=40,
        specific_last=None,
        anxiety_first=None,
        anxiety_last=None,
        findings=NO_MEASURE,
    )
    case(
        "measure_of_another_descriptor",
        complaint("F40.0"),
        PHQ9,
        GAD7,
        pair("SPIN", "40", "18"),
        descriptor="F400",
        facts=RECOVERED,
        specific_first=None,
        anxiety_first=14,
        findings=NO_MEASURE,
    )
    case(
        "specific_measure_without_descriptor",
        PHQ9,
        GAD7,
        pair("SPIN", "40", "60"),
        facts=RECOVERED,
        specific_first=None,
        anxiety_first=14,
    )
    case(
        "descriptor_without_measure_of_its_own",
        complaint("F41.1"),
        PHQ9,
        GAD7,
        descriptor="F411",
        facts=RECOVERED,
        specific_first=None,
        anxiety_first=14,
    )
    case(
        "specific_measure_deteriorates",
        complaint("F42"),
        pair("PHQ-9", "12", "12"),
        GAD7,
        pair("OCI", "50", "82"),
        descriptor="F42",
        anxiety="OCI",
        facts=WORSE,
        anxiety_first=50,
        anxiety_last=82,
    )


def descriptor_code_cases():
    spellings = [
        ("F40.01", "F4001", "MI", "3", "2"),
        ("f40.0", "F400", "MI", "3", "2"),
        ("F4010", "F4010", "SPIN", "40", "18"),
        (" f401 ", "F401", "SPIN", "40", "18"),
        ("F41.00", "F4100", "PDSS", "14", "7"),
        ("F42.2", "F422", "OCI", "80", "39"),
        ("f42", "F42", "OCI", "80", "39"),
        ("F43.10", "F4310", "PCL-5", "50", "31"),
        ("F45.2X", "F452X", "HAI", "30", "17"),
    ]
    for code, descriptor, measure, first, last in spellings:
        case(
            f"code_{code.strip()}_names_{measure}",
            complaint(code),
            PHQ9,
            GAD7_WORSE,
            pair(measure, first, last),
            descriptor=descriptor,
            anxiety=measure,
            facts=RECOVERED,
            anxiety_first=first,
        )
    for code, descriptor in [("K58.9", "K589"), ("g93.3", "G933")]:
        case(f"code_{code}_names_a_measure", complaint(code), descriptor=descriptor, findings=NO_MEASURE)

    for code, descriptor in [
        ("F40", "F40"),
        ("F43.0", "F430"),
        ("G93", "G93"),
        ("F40ABCD", "F40ABCD"),
        ("371631005", "371631005"),
        ("834820001", "834820001"),
        ("183482000", "183482000"),
        ("123456", "123456"),
        ("123456789012345678", "123456789012345678"),
    ]:
        case(f"code_{code}_names_no_measure", complaint(code), descriptor=descriptor)
    for code in [
        "F4",
        "40.1",
        "FF40",
        "F40.1-x",
        "F401ABCD",
        "12345",
        "1234567890123456789",
        "anxiety",
    ]:
        case(
            f"code_{code}_is_invalid",
            complaint(code, primary="Y"),
            descriptor=None,
            findings=[("complaints", 0, "unknown_code")],
        )


def ptsd_cases():
    ptsd = complaint("F43.1")
    pcl5 = pair("PCL-5", "50", "31")
    iesr = pair("IES-R", "50", "32")
    case(
        "ptsd_pcl5_before_iesr",
        ptsd,
        PHQ9,
        pcl5,
        pair("IES-R", "50", "60"),
        descriptor="F431",
        anxiety="PCL-5",
        facts=RECOVERED,
        specific_first=50,
        specific_last=31,
        anxiety_first=50,
        anxiety_last=31,
    )
    case(
        "ptsd_iesr_alone",
        ptsd,
        PHQ9,
        GAD7_WORSE,
        iesr,
        descriptor="F431",
        anxiety="IES-R",
        facts=RECOVERED,
        specific_first=50,
        specific_last=32,
        anxiety_first=50,
        anxiety_last=32,
    )
    case(
        "ptsd_iesr_where_pcl5_is_not_paired",
        ptsd,
        PHQ9,
        GAD7_WORSE,
        pcl5[0],
        iesr,
        descriptor="F431",
        anxiety="IES-R",
        facts=RECOVERED,
        anxiety_first=50,
        anxiety_last=32,
    )
    # First and last score never come from two measures.
    case(
        "ptsd_one_score_on_each",
        ptsd,
        PHQ9,
        GAD7,
        pcl5[1],
        iesr[0],
        descriptor="F431",
        facts=RECOVERED,
        specific_first=31,
        specific_last=None,
        anxiety_first=14,
        anxiety_last=6,
        findings=NO_MEASURE,
    )
    case(
        "ptsd_neither",
        ptsd,
        PHQ9,
        GAD7,
        descriptor="F431",
        facts=RECOVERED,
        specific_first=None,
        anxiety_first=14,
        anxiety_last=6,
        findings=NO_MEASURE,
    )


def mi_cases():
    # PHQ-9 is never a case and does not change, so that MI decides.
    def mi(name, first, last, facts):
        case(
            name,
            complaint("F40.0"),
            pair("PHQ-9", "5", "5"),
            pair("MI", first, last),
            descriptor="F400",
            anxiety="MI",
            facts=facts,
            anxiety_first=first,
            anxiety_last=last,
        )

    mi("mi_2.3_is_no_case", "2.3", "2.3", "paired not_caseness no_reliable_change")
    mi("mi_2.30_is_no_case", "2.30", "2", "paired not_caseness no_reliable_change")
    mi("mi_2.31_is_a_case", "2.31", "2.31", UNCHANGED)
    mi("mi_3.00_to_2.27_is_reliable", "3.00", "2.27", RECOVERED)
    mi("mi_3.00_to_2.28_is_not_reliable", "3.00", "2.28", "paired caseness recovery no_reliable_change")
    mi("mi_2.27_to_3.00_deteriorates", "2.27", "3.00", "paired not_caseness reliable_deterioration")
    mi("mi_last_2.3_recovers", "3.03", "2.3", RECOVERED)
    mi("mi_lowest_and_highest", "5", "1", RECOVERED)
    case(
        "mi_out_of_range",
        score("2024-05-01", "MI", "0.9"),
        score("2024-05-08", "MI", "5.1"),
        findings=[("scores", 0, "score_out_of_range"), ("scores", 1, "score_out_of_range")],
    )


def wsas_cases():
    early, late = "2024-05-01", "2024-07-01"
    case(
        "wsas_total_given",
        pair("WSAS", "20", "12"),
        wsas_first=20,
        wsas_last=12,
        wsas_work_first=None,
        wsas_relationships_first=None,
    )
    case(
        "wsas_items",
        wsas_items(early, "5", "4", "3", "2", "1"),
        wsas_items(late, "4", "3", "2", "1", "0"),
        wsas_first=15,
        wsas_last=10,
        wsas_work_first=5,
        wsas_work_last=4,
        wsas_home_management_first=4,
        wsas_home_management_last=3,
        wsas_social_leisure_first=3,
        wsas_social_leisure_last=2,
        wsas_private_leisure_first=2,
        wsas_private_leisure_last=1,
        wsas_relationships_first=1,
        wsas_relationships_last=0,
    )
    case(
        "wsas_four_items_make_no_total",
        wsas_items(early, "5", "4", "3", "2"),
        wsas_first=None,
        wsas_work_first=5,
        wsas_private_leisure_first=2,
        wsas_relationships_first=None,
    )
    case(
        "wsas_total_before_items",
        score(early, "WSAS", "20"),
        wsas_items(early, "1", "1", "1", "1", "1"),
        wsas_first=20,
        wsas_last=None,
        wsas_work_first=1,
    )
    case(
        "wsas_items_where_total_is_invalid",
        score(early, "WSAS", "41"),
        wsas_items(early, "8", "8", "8", "8", "8"),
        wsas_first=40,
        findings=[("scores", 0, "score_out_of_range")],
    )
    case(
        "wsas_total_then_items",
        score(early, "WSAS", "20"),
        wsas_items(late, "1", "1", "1", "1", "1"),
        wsas_first=20,
        wsas_last=5,
        wsas_work_first=1,
        wsas_work_last=None,
    )
    case(
        "wsas_items_on_two_days_make_no_total",
        wsas_items(early, "5", "4", "3"),
        score(late, WSAS_ITEMS[3], "2"),
        score(late, WSAS_ITEMS[4], "1"),
        wsas_first=None,
        wsas_work_first=5,
        wsas_relationships_first=1,
    )
    case(
        "wsas_item_9_is_not_valid",
        wsas_items(early, "9", "4", "3", "2", "1"),
        wsas_first=None,
        wsas_work_first=None,
        wsas_home_management_first=4,
        findings=[("scores", 0, "score_out_of_range")],
    )
    case(
        "wsas_item_conflict",
        wsas_items(early, "5", "4", "3", "2", "1"),
        score(early, "WSAS work", "6"),
        wsas_first=16,
        wsas_work_first=6,
        findings=[("scores", 0, "conflicting_scores")],
    )


def stage_cases():
    def stage(name, rows, first, second, wait, **more):
        case(name, rows, finished=True, first_stage=first, second_stage=second, stage_wait=wait, **more)

    stage(
        "stages_LL_HH",
        steps("LLHH"),
        "low",
        "high",
        7,
        treatment=4,
        low_intensity_contacts=2,
        high_intensity_contacts=2,
        first_low_intensity_date="2024-05-01",
        first_high_intensity_date="2024-05-15",
    )
    stage("stages_LL", steps("LL"), "low", None, None, treatment=2, first_high_intensity_date=None)
    stage("stages_HHH", steps("HHH"), "high", None, None, treatment=3, first_low_intensity_date=None)
    stage(
        "stages_L_HH",
        steps("LHH"),
        "high",
        None,
        None,
        treatment=3,
        first_low_intensity_date="2024-05-01",
        first_high_intensity_date="2024-05-08",
    )
    stage("stages_H_LL_HH", steps("HLLHH"), "low", "high", 7, treatment=5)
    stage("stages_L_H_LL_is_excluded", steps("LHLL"), None, None, None, treatment=4, low_intensity_contacts=3)
    stage("stages_H_L_HH_LL_is_excluded", steps("HLHHLL"), None, None, None, treatment=6)
    stage("stages_L_H_L_H", steps("LHLH"), None, None, None, treatment=4)
    stage("stages_no_codes", steps("--"), None, None, None, treatment=2, low_intensity_contacts=0)
    stage("stages_HH_LL", steps("HHLL"), "high", "low", 7, treatment=4)
    stage("stages_LL_H_L_HH", steps("LLHLHH"), "low", "high", 21, treatment=6)
    stage("stages_HH_L_H_LL", steps("HHLHLL"), "high", "low", 21, treatment=6)
    stage("stages_LL_H_LL", steps("LLHLL"), "low", "low", None, treatment=5)
    stage("stages_HH_L_HH", steps("HHLHH"), "high", "high", None, treatment=5)
    stage("stages_LL_HH_LL", steps("LLHHLL"), "low", "high", 7, treatment=6)
    stage("stages_contact_without_code_is_ignored", steps("L-L-HH"), "low", "high", 14, treatment=6)
    stage("stages_both_in_one_contact_B_B", steps("BB"), None, None, None, treatment=2, low_intensity_contacts=2)
    stage("stages_both_in_one_contact_B_H", steps("BH"), "high", None, None, treatment=2, high_intensity_contacts=2)
    stage("stages_both_in_one_contact_L_B", steps("LB"), "low", None, None, treatment=2, high_intensity_contacts=1)
    stage("stages_both_in_one_contact_L_B_H", steps("LBH"), "low", "high", 0, treatment=3)
    stage("stages_both_in_one_contact_H_B_H_is_excluded", steps("HBH"), None, None, None, treatment=3)
    stage("stages_internet_logs", steps("II"), "high", None, None, treatment=2, high_intensity_contacts=2)
    stage("stages_LL_internet_logs", steps("LLII"), "low", "high", 7, treatment=4)
    stage("stages_internet_log_then_contact", steps("LLIH"), "low", "high", 7, treatment=4)
    stage("stages_one_internet_log_before_LL", steps("ILL"), "low", None, None, treatment=3)
    stage(
        "stages_one_day_low_before_high",
        [contact("2024-05-01", code=HIGH), contact("2024-05-01", code=LOW), contact("2024-05-08", code=HIGH)],
        "high",
        None,
        None,
        treatment=3,
    )
    stage(
        "stages_all_on_one_day",
        [contact("2024-05-01", code=code) for code in [HIGH, LOW, HIGH, LOW]],
        "low",
        "high",
        0,
        treatment=4,
    )
    stage(
        "stages_in_date_order",
        [
            contact("2024-05-22", code=HIGH),
            contact("2024-05-01", code=LOW),
            contact("2024-05-15", code=HIGH),
            contact("2024-05-08", code=LOW),
        ],
        "low",
        "high",
        7,
        treatment=4,
    )
    stage(
        "stages_of_treatment_contacts_only",
        [
            contact("2024-03-25", code=HIGH),
            contact("2024-04-25", type="01", code=HIGH),
            contact("2024-04-28", attendance="7", code=HIGH),
            *steps("LL"),
            contact("2024-09-01", type="06", code=HIGH),
        ],
        "low",
        None,
        None,
        treatment=2,
        high_intensity_contacts=0,
        findings=[("contacts", 0, "contact_before_referral")],
    )
    stage(
        "stages_two_high_codes_in_one_contact_count_once",
        [
            contact("2024-05-01", id="1", code="304891004"),
            contact("2024-05-01", id="1", code="443730003"),
            contact("2024-05-08", id="2", code=LOW),
        ],
        None,
        None,
        None,
        treatment=2,
        high_intensity_contacts=1,
    )
    stage(
        "low_intensity_codes",
        [contact("2024-05-01", code=code) for code in LOW_CODES],
        "low",
        None,
        None,
        treatment=8,
        low_intensity_contacts=8,
        high_intensity_contacts=0,
    )
    stage(
        "high_intensity_codes",
        [contact("2024-05-01", code=code) for code in HIGH_CODES],
        "high",
        None,
        None,
        treatment=9,
        low_intensity_contacts=0,
        high_intensity_contacts=9,
    )
    stage(
        "therapy_code_not_listed",
        [contact("2024-05-01", code="183339004"), contact("2024-05-08", code="183339004")],
        None,
        None,
        None,
        treatment=2,
        low_intensity_contacts=0,
        high_intensity_contacts=0,
    )


def sick_pay_cases():
    def sick_pay(name, *rows, first, last):
        case(name, *rows, sick_pay_first=first, sick_pay_last=last)

    sick_pay("sick_pay_none", first=None, last=None)
    sick_pay("sick_pay_Y_N", job("2024-05-01", "Y"), job("2024-07-01", "N"), first="Y", last="N")
    sick_pay("sick_pay_N_Y", job("2024-05-01", "N"), job("2024-07-01", "Y"), first="N", last="Y")
    sick_pay("sick_pay_once", job("2024-05-01", "Y"), first="Y", last="Y")
    sick_pay("sick_pay_by_date", job("2024-07-01", "N"), job("2024-05-01", "Y"), first="Y", last="N")
    sick_pay(
        "sick_pay_unknown_is_ignored",
        job("2024-04-10", "U"),
        job("2024-05-01", "Y"),
        job("2024-07-01", "N"),
        job("2024-08-01", "Z"),
        job("2024-08-02", ""),
        first="Y",
        last="N",
    )
    sick_pay("sick_pay_one_day_last_row", job("2024-05-01", "Y"), job("2024-05-01", "N"), first="N", last="N")
    sick_pay(
        "sick_pay_last_day_last_row",
        job("2024-05-01", "Y"),
        job("2024-07-01", "N"),
        job("2024-07-01", "Y"),
        first="Y",
        last="Y",
    )
    sick_pay("sick_pay_on_the_edges", job("2024-04-01", "Y"), job("2024-09-30", "N"), first="Y", last="N")
    sick_pay(
        "sick_pay_outside_the_window",
        job("2024-03-31", "N"),
        job("2024-05-01", "Y"),
        job("2024-10-01", "N"),
        first="Y",
        last="Y",
    )


def as_at_cases():
    everything = [
        contact("2024-05-01", type="03", code=LOW),
        contact("2024-06-01", code=HIGH),
        *PHQ9,
        *GAD7,
        complaint("F32", date="2024-04-01", primary="N"),
        complaint("F33", date="2024-06-01", primary="Y"),
        job("2024-05-01", "Y"),
        job("2024-07-01", "N"),
    ]
    case(
        "as_at_after_everything",
        as_at("2024-12-31"),
        everything,
        treatment=2,
        finished=True,
        facts=RECOVERED,
        descriptor="F33",
        sick_pay_first="Y",
        sick_pay_last="N",
    )
    case(
        "as_at_the_discharge_day",
        as_at("2024-09-30"),
        everything,
        treatment=2,
        finished=True,
        facts=RECOVERED,
        descriptor="F33",
    )
    case(
        "as_at_hides_the_discharge",
        as_at("2024-09-29"),
        everything,
        treatment=2,
        finished=False,
        treated_once=False,
        ended_before_treatment=False,
        facts=RECOVERED,
        descriptor="F33",
    )
    case(
        "as_at_hides_everything_later",
        as_at("2024-05-31"),
        everything,
        treatment=1,
        care_contacts=1,
        treated_once=False,
        facts="caseness",
        descriptor="F32",
        first_treatment_date="2024-05-01",
        second_treatment_date=None,
        last_treatment_date="2024-05-01",
        low_intensity_contacts=1,
        high_intensity_contacts=0,
        phq9_first=18,
        phq9_last=None,
        gad7_first=14,
        gad7_last=None,
        sick_pay_first="Y",
        sick_pay_last="Y",
    )
    case(
        "as_at_knows_the_day_itself",
        as_at("2024-07-01"),
        everything,
        treatment=2,
        facts=RECOVERED,
        descriptor="F33",
        phq9_last=9,
        sick_pay_last="N",
    )
    case(
        "as_at_the_referral_day",
        as_at("2024-04-01"),
        everything,
        treatment=0,
        care_contacts=0,
        descriptor="F32",
        ended_before_treatment=False,
        assessment_date=None,
        phq9_first=None,
        sick_pay_first=None,
    )
    case(
        "as_at_hides_internet_logs",
        as_at("2024-05-31"),
        log("2024-05-31", id="1"),
        log("2024-06-01", id="2"),
        treatment=1,
        last_treatment_date="2024-05-31",
    )
    case(
        "as_at_hides_an_assessment",
        as_at("2024-05-31"),
        contact("2024-06-01", type="01"),
        care_contacts=0,
        assessment_date=None,
        assessment_wait=None,
    )
    case(
        "as_at_hides_findings",
        as_at("2024-10-31"),
        contact("2024-11-01", attendance="9"),
        score("2024-11-01", "PHQ-8", "18"),
        score("2024-11-02", "PHQ-9", "99"),
        complaint("anxiety", date="2024-11-01"),
        care_contacts=0,
    )
    # As at that day the referral is open, so that nothing lies after a discharge.
    case(
        "as_at_before_a_discharge_nothing_is_late",
        referral(discharge_date="2024-06-01"),
        as_at("2024-05-31"),
        TWO_TREATMENTS[0],
        score("2024-05-31", "PHQ-9", "18"),
        treatment=1,
        facts="caseness",
        phq9_first=18,
    )
    case(
        "as_at_keeps_rows_without_date",
        as_at("2024-05-31"),
        contact(""),
        complaint("F32"),
        care_contacts=0,
        descriptor="F32",
        findings=[("contacts", 0, "missing_date")],
    )


def referral_cases():
    for code in ["10", "16", "50", "96"]:
        case(f"end_code_{code}", referral(code=code), ended_before_treatment=True)
    case("end_code_missing", referral(code=""), ended_before_treatment=True)
    for code in ["15", "99", "done"]:
        case(
            f"end_code_{code}_is_unknown",
            referral(code=code),
            TWO_TREATMENTS,
            treatment=2,
            finished=True,
            findings=[("referrals", 0, "unknown_code")],
        )
    case(
        "referral_twice_latest_counts",
        referral(date="2024-04-10"),
        referral(date="2024-04-01"),
        contact("2024-05-01"),
        treatment=1,
        treatment_wait=21,
        findings=[("referrals", 1, "duplicate_id")],
    )
    case(
        "referral_twice_missing_date_is_lowest",
        referral(date="2024-04-10"),
        referral(date=""),
        contact("2024-05-01"),
        treatment=1,
        treatment_wait=21,
        findings=[("referrals", 1, "duplicate_id")],
    )
    case(
        "referral_twice_on_one_day_last_row",
        referral(),
        referral(discharge_date=""),
        TWO_TREATMENTS,
        treatment=2,
        finished=False,
        findings=[("referrals", 0, "duplicate_id")],
    )
    case(
        "referral_three_times",
        referral(date="2024-04-01"),
        referral(date="2024-04-20"),
        referral(date="2024-04-10"),
        contact("2024-05-01"),
        treatment=1,
        treatment_wait=11,
        findings=[("referrals", 0, "duplicate_id"), ("referrals", 2, "duplicate_id")],
    )
    case(
        "as_at_hides_a_later_referral",
        referral(date="2024-04-01"),
        referral(date="2024-06-01"),
        as_at("2024-05-31"),
        contact("2024-05-01"),
        treatment=1,
        treatment_wait=30,
    )
    case(
        "employment_without_date",
        job("", "Y"),
        sick_pay_first=None,
        findings=[("employment", 0, "missing_date")],
    )


def main():
    for cases in [
        attendance_cases,
        type_cases,
        window_cases,
        count_cases,
        duplicate_contact_cases,
        internet_cases,
        assessment_cases,
        wait_cases,
        outcome_cases,
        score_cases,
        score_validity_cases,
        follow_up_score_cases,
        descriptor_choice_cases,
        anxiety_measure_cases,
        descriptor_code_cases,
        ptsd_cases,
        mi_cases,
        wsas_cases,
        stage_cases,
        sick_pay_cases,
        as_at_cases,
        referral_cases,
    ]:
        cases()
    path = Path(__file__).with_name("derivation.csv")
    path.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
