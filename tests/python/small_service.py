"""A small made-up service, as rows of texts: enough referrals in each group for figures that may be published."""

import csv
import datetime as dt

import iapt

NATIONAL_FILES = {
    "referrals": "IDS101Referral",
    "contacts": "IDS201CareContact",
    "scores": "IDS607Scores",
}
NATIONAL_NAMES = {
    "pathway_id": "PathwayID",
    "referral_date": "ReferralRequestReceivedDate",
    "discharge_date": "ServDischDate",
    "end_code": "EndCode",
    "contact_id": "Unique_CareContactID",
    "attendance": "AttendOrDNACode",
    "type": "AppType",
    "measure": "CodedAssToolType",
    "score": "PersScore",
    "score_id": "UniqueID_IDS607",
}
NATIONAL_DATES = {"contacts": "CareContDate", "scores": "AssToolCompDate"}
PROVIDERS = ("P2", "P10", "P1", "<script>alert('P3')</script>")


def day(number):
    return (dt.date(2024, 4, 1) + dt.timedelta(days=number)).isoformat()


def rows(providers=PROVIDERS, each=90):
    """The tables, each a list of dictionaries of texts."""
    tables = {"referrals": [], "contacts": [], "scores": []}
    for provider in providers:
        for number in range(each):
            add(tables, provider, number)
    return tables


def add(tables, provider, number):
    """A referral: of three one recovers reliably, one changes nothing, and one is not treated."""
    pathway = f"{len(tables['referrals']) + 1:05}"
    start = number % 300
    treated = number % 3 < 2
    tables["referrals"].append(
        {
            "pathway_id": pathway,
            "referral_date": day(start),
            "discharge_date": day(start + 60) if number % 10 else "",
            "end_code": "46" if treated else "10",
            "provider": provider,
            "gender": str(number % 2 + 1),
        }
    )
    for visit in (14, 40) if treated else ():
        contact = f"C{len(tables['contacts']) + 1}"
        tables["contacts"].append(
            {
                "pathway_id": pathway,
                "contact_id": contact,
                "date": day(start + visit),
                "attendance": "05",
                "type": "02",
            }
        )
        for measure, first, last in (("PHQ-9", "18", "8"), ("GAD-7", "14", "6")):
            score = last if visit == 40 and number % 3 == 0 else first
            row = {"pathway_id": pathway, "score_id": str(len(tables["scores"]) + 1), "date": day(start + visit)}
            tables["scores"].append(row | {"measure": measure, "score": score, "contact_id": contact})


def national(tables):
    """The same under the national names."""
    return {
        table: [{national_name(table, name): value for name, value in row.items()} for row in tables[table]]
        for table in tables
    }


def national_name(table, name):
    return NATIONAL_DATES[table] if name == "date" else NATIONAL_NAMES.get(name, name)


def write_csv(path, table, **options):
    """A table as a CSV file; options are those of csv.writer, and encoding."""
    encoding = options.pop("encoding", "utf-8")
    with open(path, "w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, **({"lineterminator": "\n"} | options))
        writer.writerow(table[0])
        writer.writerows(row.values() for row in table)
    return path


def folder(path, tables=None, **options):
    """A folder with the tables as CSV files."""
    path.mkdir(exist_ok=True)
    for name, table in (tables or rows()).items():
        write_csv(path / f"{name}.csv", table, **options)
    return path


def derived(pl, tables=None):
    """The derived referrals."""
    frames = {name: pl.DataFrame(table) for name, table in (tables or rows()).items()}
    return iapt.derive(frames["referrals"], frames["contacts"], frames["scores"], progress=False)
