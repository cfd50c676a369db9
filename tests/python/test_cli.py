"""The command: what it reads and writes, its exit codes, and that no error shows a traceback or data of patients."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import iapt
import small_service as service
from kinds import library

library("click")
pl = library("polars")

YEAR = ["--period", "2024-25", "--quiet"]
COMMANDS = ["report", "derive", "check", "score", "measures"]


def command(*arguments, code=0, **options):
    """Runs the command; returns what it wrote."""
    line = [sys.executable, "-m", "iapt", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, **options)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def refused(*arguments):
    """What the command says of a wrong use or input."""
    done = command(*arguments, code=2)
    assert done.stdout == ""
    assert "Error: " in done.stderr
    return done.stderr.partition("Error: ")[2]


def read_csv(path):
    return list(csv.DictReader(io.StringIO(Path(path).read_text())))


def leftovers(path):
    """The names of all files but those of the tables."""
    return sorted(file.name for file in path.iterdir() if file.is_file())


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return service.folder(tmp_path_factory.mktemp("service") / "data")


@pytest.fixture(scope="module")
def expected(data, tmp_path_factory):
    """The report by provider, made by the package itself."""
    path = tmp_path_factory.mktemp("expected") / "report.csv"
    iapt.report(service.derived(pl), "2024-25", by="provider").to_csv(path)
    return path.read_bytes()


# Help


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples(name):
    text = command(name, "--help").stdout
    assert "Examples:\n" in text and f"iapt {name}" in text


def test_help_lists_the_commands():
    text = command("--help").stdout
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "clinical judgement" in text


def test_without_a_command_it_shows_the_help():
    done = subprocess.run([sys.executable, "-m", "iapt"], capture_output=True, text=True, check=False)
    assert "Usage: iapt" in done.stdout + done.stderr


def test_version():
    assert command("--version").stdout == f"iapt {iapt.__version__}\n"


def test_the_installed_command():
    scripts = [script for script in metadata.entry_points(group="console_scripts") if script.name == "iapt"]
    where = shutil.which("iapt", path=str(Path(sys.executable).parent))
    if not scripts or where is None:
        pytest.skip("NOT TESTED: the package is not installed with its command")
    assert scripts[0].value == "iapt._cli:main"
    assert subprocess.run([where, "--version"], capture_output=True, check=True, text=True).stdout.startswith("iapt ")


# Reports


def test_report_as_csv(data, expected, tmp_path):
    done = command("report", data, *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (done.stdout, done.stderr) == ("", "")
    assert (tmp_path / "r.csv").read_bytes() == expected
    assert leftovers(tmp_path) == ["r.csv"]


def test_report_as_parquet(data, tmp_path):
    command("report", data, *YEAR, "--by", "provider", "-o", tmp_path / "r.parquet")
    report = iapt.report(service.derived(pl), "2024-25", by="provider")
    assert pl.read_parquet(tmp_path / "r.parquet").equals(report.to_polars())


def test_report_as_excel(data, tmp_path):
    library("xlsxwriter")
    fastexcel = library("fastexcel")
    command("report", data, *YEAR, "--by", "provider", "--out", tmp_path / "r.xlsx")
    book = fastexcel.read_excel(str(tmp_path / "r.xlsx"))
    assert book.sheet_names == ["Notes", "Figures", "All"]
    report = iapt.report(service.derived(pl), "2024-25", by="provider")
    everything = book.load_sheet("All").to_polars()
    assert everything.height == len(report)
    assert everything["provider"].unique().drop_nulls().sort().to_list() == sorted(service.PROVIDERS)
    values = [row["value"] for row in report.to_dicts()]
    assert everything["value"].to_list() == values
    figures = book.load_sheet("Figures").to_polars()
    assert figures.height == len(service.PROVIDERS) + 1


def test_report_as_page(data, tmp_path):
    library("jinja2")
    command("report", data, *YEAR, "--by", "provider", "--title", "Us & <them>", "--out", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert "<h1>Us &amp; &lt;them&gt;</h1>" in page
    assert "<script" not in page


def test_months_become_run_charts(data, tmp_path):
    library("jinja2")
    library("matplotlib")
    command("report", data, *YEAR, "--months", "--no-disclosure", "--out", tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text().count('alt="Run chart: ') == 2


def test_several_columns_of_groups(data, tmp_path):
    by = ["--by", "provider", "--by", "gender", "--by", "provider"]
    command("report", data, *YEAR, *by, "--out", tmp_path / "r.csv")
    rows = read_csv(tmp_path / "r.csv")
    assert list(rows[0])[2:4] == ["provider", "gender"]
    assert len({(row["provider"], row["gender"]) for row in rows}) == 2 * len(service.PROVIDERS) + 1


def test_disclosure_control_can_be_switched_off(tmp_path):
    folder = service.folder(tmp_path / "data", service.rows(each=93))

    def received(*more):
        command("report", folder, *YEAR, "--by", "provider", *more, "--out", tmp_path / "r.csv")
        rows = [row for row in read_csv(tmp_path / "r.csv") if row["measure_id"] == "M001"]
        return {(row["is_total"], row["value"]) for row in rows}

    assert received("--no-disclosure") == {("false", "93"), ("true", "372")}
    assert ("true", "372") in received("--national-total")
    assert received() == {("false", "95"), ("true", "370")}


def test_findings_are_remarked_on_unless_quiet(data, tmp_path):
    bad = odd_folder(tmp_path / "odd")
    arguments = ["report", bad, "--period", "2024-25", "--out", tmp_path / "r.csv"]
    assert "iapt check" in command(*arguments).stderr
    assert command(*arguments, "--quiet").stderr == ""


# What is read


def test_files_of_every_kind(data, expected, tmp_path):
    library("fastexcel")
    library("xlsxwriter")
    pl.read_csv(data / "contacts.csv", infer_schema=False).write_parquet(tmp_path / "contacts.PARQUET")
    scores = pl.read_csv(data / "scores.csv", infer_schema=False)
    typed = scores.with_columns(pl.col("date").str.to_date(), pl.col("score").cast(pl.Int64), empty=None)
    typed.write_excel(tmp_path / "scores.xlsx")
    shutil.copy(data / "referrals.csv", tmp_path / "referrals_2024.csv")
    (tmp_path / "README.csv").write_text("not a table")
    (tmp_path / ".contacts.csv").write_text("a hidden file")
    (tmp_path / "complaints.csv").mkdir()
    done = command("report", tmp_path, *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (done.stdout, done.stderr) == ("", "")
    assert (tmp_path / "r.csv").read_bytes() == expected


def test_the_sheet_of_the_table_is_read(data, tmp_path, expected):
    library("fastexcel")
    xlsxwriter = library("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
        book.add_worksheet("Notes").write(0, 0, "made up")
        for name, table in service.rows().items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate([list(table[0]), *(list(row.values()) for row in table)]):
                sheet.write_row(at, 0, row)
    files = [f"--{table}={tmp_path / 'all.xlsx'}" for table in service.rows()]
    command("report", *files, *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == expected


def test_files_one_by_one(data, expected, tmp_path):
    files = [data / "referrals.csv", data / "contacts.csv"]
    moved = shutil.copy(data / "scores.csv", tmp_path / "other.csv")
    command("report", *files, "--scores", moved, *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == expected


def test_a_file_that_is_named_goes_before_that_of_the_folder(data, expected, tmp_path):
    both = service.folder(tmp_path / "both", {"referrals": [{"a": "b"}], **service.rows()})
    (both / "scores.csv").write_text("nothing of use\n")
    command("report", both, "--scores", data / "scores.csv", *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == expected


def test_national_names(expected, tmp_path):
    tables = service.national(service.rows())
    for table, rows in tables.items():
        service.write_csv(tmp_path / f"{service.NATIONAL_FILES[table]}.csv", rows)
    command("report", tmp_path, "--names", "nhs_england", *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == expected


def test_national_names_are_hinted_at(tmp_path):
    folder = service.folder(tmp_path / "national", service.national(service.rows(each=1)))
    assert "give --names nhs_england" in refused("check", folder)


def test_columns_by_other_names(data, expected, tmp_path):
    tables = service.rows()
    tables["contacts"] = [{f"My {name}": value for name, value in row.items()} for row in tables["contacts"]]
    mapping = tmp_path / "columns.json"
    mapping.write_text(json.dumps({"contacts": {name[3:]: name for name in tables["contacts"][0]}}))
    service.folder(tmp_path / "own", tables)
    own = ["report", tmp_path / "own", "--columns", mapping, *YEAR]
    command(*own, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == expected


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "utf-8-sig"},
        {"lineterminator": "\r\n"},
        {"delimiter": ";"},
        {"delimiter": "\t", "encoding": "utf-8-sig", "lineterminator": "\r\n"},
        {"quoting": csv.QUOTE_ALL},
    ],
    ids=["byte order mark", "windows", "semicolons", "tabs", "quoted"],
)
def test_dialects_of_csv(options, expected, tmp_path):
    folder = service.folder(tmp_path / "data", **options)
    command("report", folder, *YEAR, "--by", "provider", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == expected


def test_names_with_blanks_and_signs_of_patterns(data, expected, tmp_path):
    folder = Path(shutil.copytree(data, tmp_path / "a [1]*? b"))
    pl.read_csv(data / "contacts.csv", infer_schema=False).write_parquet(folder / "contacts.parquet")
    (folder / "contacts.csv").unlink()
    command("report", folder, *YEAR, "--by", "provider", "--out", folder / "r.csv")
    assert (folder / "r.csv").read_bytes() == expected


def test_as_at(data, tmp_path):
    command("derive", data, "--as-at", "2024-04-20", "--quiet", "--out", tmp_path / "d.csv")
    rows = read_csv(tmp_path / "d.csv")
    assert rows[0]["first_treatment_date"] == "2024-04-15"
    assert rows[0]["second_treatment_date"] == ""


# Derived referrals and findings


def odd_folder(path):
    tables = service.rows(each=10)
    tables["scores"][0]["score"] = "99"
    tables["contacts"][0]["pathway_id"] = "nobody"
    tables["referrals"][1]["pathway_id"] = tables["referrals"][0]["pathway_id"]
    return service.folder(path, tables)


def read_frame(path):
    if path.suffix == ".xlsx":
        return library("fastexcel").read_excel(str(path)).load_sheet(0).to_polars()
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_derive(data, suffix, tmp_path):
    if suffix == "xlsx":
        library("xlsxwriter")
    out = tmp_path / f"d.{suffix}"
    assert command("derive", data, "--quiet", "--out", out).stderr == ""
    frame = read_frame(out)
    assert frame["pathway_id"].to_list()[0] == "00001"
    assert frame["phq9_first"].cast(pl.Int64).to_list()[:3] == [18, 18, None]
    assert frame.columns == service.derived(pl).referrals.columns


def test_derive_with_findings(tmp_path):
    folder = odd_folder(tmp_path / "odd")
    done = command("derive", folder, "--out", tmp_path / "d.csv", "--findings", tmp_path / "f.csv")
    assert (done.stdout, done.stderr) == ("", "")
    assert {row["kind"] for row in read_csv(tmp_path / "f.csv")} >= {"score_out_of_range", "unknown_pathway"}


def test_check_without_findings(data):
    assert command("check", data).stdout == "360 referrals, 0 findings\n"


def test_check_shows_findings_but_nobody(tmp_path):
    folder = odd_folder(tmp_path / "odd")
    done = command("check", folder, code=1)
    assert "\nscores: score_out_of_range: 1\n  rows 1\n  the score is not a whole number" in done.stdout
    assert "referrals: duplicate_id" in done.stdout
    for secret in ("99", "nobody", "00001", "C1"):
        assert secret not in done.stdout


# Scores of questionnaires

ITEMS = [f"q{n}" for n in range(1, 10)]


def answers(path, *rows, head=("id", *ITEMS)):
    path.write_text("\n".join(",".join(map(str, row)) for row in (head, *rows)) + "\n")
    return path


def test_score(tmp_path):
    file = answers(tmp_path / "a.csv", ["01", *[1] * 9], ["02", *[2] * 8, ""], ["03", *[""] * 9], ["04", *[" 3 "] * 9])
    items = ["--items", ",".join(ITEMS[:5]), "--items", ",".join(ITEMS[5:])]
    command("score", file, "--measure", "phq 9", *items, "--out", tmp_path / "s.csv")
    rows = read_csv(tmp_path / "s.csv")
    assert [row["id"] for row in rows] == ["01", "02", "03", "04"]
    assert [row["q1"] for row in rows] == ["1", "2", "", " 3 "]
    assert [row["phq9_total"] for row in rows] == ["9", "18", "", "27"]
    assert [row["phq9_imputed"] for row in rows] == ["0", "1", "", "0"]
    command("score", file, "--measure", "PHQ9", *items, "--missing", "reject", "--out", tmp_path / "s.csv")
    assert [row["phq9_total"] for row in read_csv(tmp_path / "s.csv")] == ["9", "", "", "27"]


@pytest.mark.parametrize("answer", [4, "seven", 1.5, -1], ids=str)
def test_an_answer_that_cannot_be_is_named_by_its_place_alone(answer, tmp_path):
    file = answers(tmp_path / "a.csv", ["Ann", *[1] * 9], ["Bob", 1, answer, *[1] * 7])
    text = refused("score", file, "--measure", "PHQ-9", "--items", ",".join(ITEMS), "--out", tmp_path / "s.csv")
    assert "q2, row " in text
    assert "Bob" not in text and str(answer) not in text.replace(str(tmp_path), "").replace("row 2", "")
    assert leftovers(tmp_path) == ["a.csv"]


@pytest.mark.parametrize(
    "more, part",
    [
        (["--measure", "PHQ-10", "--items", "q1"], "no questionnaire 'PHQ-10': there are PHQ-9, GAD-7"),
        (["--measure", "PHQ-9", "--items", "q1,q22"], "no column 'q22'"),
        (["--measure", "PHQ-9", "--items", "q1,q1"], "several times the column 'q1'"),
        (["--measure", "PHQ-9", "--items", "q1,q2"], "9"),
        (["--measure", "PHQ-9"], "Missing option '--items'"),
    ],
)
def test_wrong_use_of_score(more, part, tmp_path):
    file = answers(tmp_path / "a.csv", ["x", *[1] * 9])
    assert part in refused("score", file, *more, "--out", tmp_path / "s.csv")


# Lists


def test_measures_as_text():
    lines = command("measures").stdout.splitlines()
    assert lines[0] == f"Questionnaires (edition {iapt.EDITION})"
    assert len(set(lines) & {line for line in lines if line.startswith(("PHQ-9 ", "M192 "))}) == 2


def test_measures_as_json():
    lists = json.loads(command("measures", "--format", "json").stdout)
    scales = {scale["id"]: scale for scale in lists["questionnaires"]}
    assert set(scales) == set(iapt.MEASURES)
    for name, measure in iapt.MEASURES.items():
        numbers = (measure.min_score, measure.max_score, measure.caseness_threshold, measure.reliable_change)
        there = [scales[name][key] for key in ("min_score", "max_score", "caseness_threshold", "reliable_change")]
        assert [None if number is None else float(number) for number in numbers] == there
        assert (scales[name]["verified"], scales[name]["source"]) == (measure.verified, measure.source)
    official = [tuple(measure.values()) for measure in lists["official_measures"]]
    assert official == [tuple(indicator) for indicator in iapt._iapt._indicators()]


def test_measures_as_csv():
    rows = list(csv.DictReader(io.StringIO(command("measures", "--format", "csv").stdout)))
    kinds = [row["list"] for row in rows]
    assert kinds.count("questionnaire") == len(iapt.MEASURES)
    assert kinds.count("official measure") == len(iapt._iapt._indicators())
    phq9 = next(row for row in rows if row["id"] == "PHQ9")
    assert (phq9["caseness_threshold"], phq9["verified"], phq9["target"]) == ("10", "true", "")


# What is refused


@pytest.mark.parametrize(
    "more, part",
    [
        (["--period", "2024-13"], "period: must be"),
        (["--period", "2024-25", "--by", "nobody"], "there is no column nobody: there are pathway_id, "),
        (["--period", "2024-25", "--names", "mine"], "'mine' is not 'nhs_england'"),
        (["--period", "2024-25", "--names", "nhs_england"], "ReferralRequestReceivedDate"),
        (["--period", "2024-25", "--title", "x"], "--title and --months are for .html"),
        (["--period", "2024-25", "--as-at", "soon"], "as_at"),
        ([], "Missing option '--period'"),
        (["--period", "2024-25", "--nonsense"], "No such option"),
        (["--period", "2024-25", "--columns", "none.json"], "does not exist"),
        (["--period", "2024-25", "--contacts", "none.csv"], "does not exist"),
    ],
)
def test_wrong_use_of_report(more, part, data, tmp_path):
    assert part in refused("report", data, *more, "--out", tmp_path / "r.csv")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "out, part",
    [
        ("r.txt", "must end in .html, .csv, .xlsx, .parquet"),
        ("r", "must end in"),
        ("none/r.csv", "there is no folder"),
        ("folder.csv", "is not a file"),
        ("full.csv", "must end in"),
        ("pipe.csv", "is not a file"),
        (f"{'x' * 300}.csv", "File name too long"),
    ],
)
def test_outputs_that_cannot_be(out, part, data, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "full.csv").symlink_to("/dev/full")
    os.mkfifo(tmp_path / "pipe.csv")
    assert part in refused("report", data, *YEAR, "--out", tmp_path / out)
    assert leftovers(tmp_path) == []
    assert Path("/dev/full").is_char_device()


def test_out_and_findings_are_two_files(data, tmp_path):
    out = tmp_path / "d.csv"
    assert "the same file" in refused("derive", data, "--out", out, "--findings", tmp_path / "." / "d.csv")
    assert "must end in" in refused("derive", data, "--out", out, "--findings", tmp_path / "f.txt")


BROKEN = {
    "empty": (b"", "has no line with the names"),
    "blank lines": (b"\n\n\n", "has no line with the names"),
    "no rows, other names": (b"a,b\n", "pathway_id"),
    "utf-16": ("pathway_id,date\n1,2024-05-01\n".encode("utf-16"), "is not UTF-8 text"),
    "utf-16 without a mark": ("pathway_id,date\n".encode("utf-16-le"), "has no line with the names"),
    "latin-1": ("pathway_id,date,attendance,type,né\n".encode("latin-1"), "is not UTF-8 text"),
    "latin-1 below": ("pathway_id,date,attendance,type\n1,é,5,2\n".encode("latin-1"), "is not UTF-8 text"),
    "doubled": (b"pathway_id,date,type,date\n", "columns 2 and 4 have the same name"),
    "ragged": (b"pathway_id,date,attendance,type\nSECRET,2,3,4,5\n", "a row has more fields"),
    "open quotation": (b'pathway_id,date,attendance,type\n1,"SECRET,3,4\n', "a quotation mark is not closed"),
    "no csv": (b"PK\x03\x04\0\0\0\0", "has no line with the names"),
    "another separator": (b"pathway_id:date:attendance:type\n1:2:3:4\n", "pathway_id"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_csv_files_that_cannot_be_read(name, data, tmp_path):
    content, part = BROKEN[name]
    (tmp_path / "broken.csv").write_bytes(content)
    text = refused("check", data, "--contacts", tmp_path / "broken.csv")
    assert part in text
    assert "SECRET" not in text


@pytest.mark.parametrize("suffix", ["parquet", "xlsx", "xls", "csv.gz", "zip"])
def test_other_files_that_cannot_be_read(suffix, data, tmp_path):
    if suffix == "xlsx":
        library("fastexcel")
    for content in (b"", b"not one of them", b"PAR1" + bytes(100) + b"PAR1"):
        broken = tmp_path / f"contacts.{suffix}"
        broken.write_bytes(content)
        assert str(broken) in refused("check", data, "--contacts", broken)


def test_excel_files_without_a_table(data, tmp_path):
    library("fastexcel")
    xlsxwriter = library("xlsxwriter")
    for names in ([], ["date", "type", "date"]):
        with xlsxwriter.Workbook(tmp_path / "c.xlsx") as book:
            book.add_worksheet().write_row(0, 0, names)
        text = refused("check", data, "--contacts", tmp_path / "c.xlsx")
        assert ("columns 1 and 3 have the same name" if names else "has no line with the names") in text


def test_a_csv_file_without_rows(data, tmp_path):
    (tmp_path / "contacts.csv").write_text("pathway_id,date,attendance,type\n")
    assert command("check", data, "--contacts", tmp_path / "contacts.csv", code=1).stdout
    empty = service.folder(tmp_path / "empty", {name: table[:1] for name, table in service.rows().items()})
    for file in empty.iterdir():
        file.write_text(file.read_text().splitlines()[0] + "\n")
    for out in ("r.csv", "r.html"):
        command("report", empty, *YEAR, "--by", "provider", "--out", tmp_path / out)


def test_folders_that_lack_a_table_or_have_it_twice(data, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no file for the table referrals in" in refused("check", tmp_path / "empty")
    assert "no file for the table referrals: call it" in refused("check")
    assert "does not exist" in refused("check", tmp_path / "nowhere")
    shutil.copytree(data, tmp_path / "twice")
    shutil.copy(data / "scores.csv", tmp_path / "twice" / "IDS607Scores.csv")
    assert "two files for the table scores" in refused("check", tmp_path / "twice")
    odd = shutil.copy(data / "scores.csv", tmp_path / "odd.csv")
    assert "the name tells no table" in refused("check", data, odd)


@pytest.mark.parametrize("text", ["", "[1]", '{"contacts": "date"}', '{"contacts": {"date": 1}}', "\xff", '{"x": {}}'])
def test_columns_that_are_no_mapping(text, data, tmp_path):
    file = tmp_path / "columns.json"
    file.write_bytes(text.encode("latin-1"))
    refused("check", data, "--columns", file)


# Failures while it works


def test_an_older_file_survives_a_full_disk(data, tmp_path):
    for suffix in ("csv", "parquet", "xlsx", "html"):
        if suffix in ("xlsx", "html"):
            library("xlsxwriter")
            library("jinja2")
        out = tmp_path / f"r.{suffix}"
        out.write_text("older")
        line = f"ulimit -f 1; exec {sys.executable} -m iapt report {data} {' '.join(YEAR)} --by provider --out {out}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith(f"Error: {out}: cannot be written: ")
        assert out.read_text() == "older"
    assert leftovers(tmp_path) == ["r.csv", "r.html", "r.parquet", "r.xlsx"]


def test_links_are_followed(data, tmp_path):
    (tmp_path / "link.csv").symlink_to("real.csv")
    command("report", data, *YEAR, "--out", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("measure_id,")


INTERRUPTED = """
import os, signal
from iapt import _cli, _files

def fsync(handle):
    os.kill(os.getpid(), signal.SIGINT)

_files.os.fsync = fsync
_cli.main()
"""


def test_an_interruption_leaves_nothing(data, tmp_path):
    line = [sys.executable, "-c", INTERRUPTED, "report", data, *YEAR, "--out", tmp_path / "r.csv"]
    done = subprocess.run(list(map(str, line)), capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == "Interrupted.\n"
    assert leftovers(tmp_path) == []


def test_nobody_reads():
    with subprocess.Popen([sys.executable, "-m", "iapt", "measures"], stdout=-1, stderr=-1, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 128 + signal.SIGPIPE


def test_full_standard_output():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "iapt", "measures"], stdout=full, stderr=-1, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "Error: No space left on device\n"


WITHOUT = """
import sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
from iapt._cli import main
main()
"""


@pytest.mark.parametrize(
    "missing, out",
    [("polars", "r.csv"), ("jinja2", "r.html"), ("xlsxwriter", "r.xlsx")],
)
def test_what_is_not_installed_is_named(missing, out, data, tmp_path):
    line = [sys.executable, "-c", WITHOUT, missing, "report", data, *YEAR, "--out", tmp_path / out]
    done = subprocess.run(list(map(str, line)), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ") and done.stderr.endswith("pip install 'iapt[report]'\n")
    assert missing in done.stderr and "Traceback" not in done.stderr
    assert leftovers(tmp_path) == []


def test_excel_files_need_a_reader(data, tmp_path):
    (tmp_path / "contacts.xlsx").write_bytes(b"")
    line = [sys.executable, "-c", WITHOUT, "fastexcel", "check", data, "--contacts", tmp_path / "contacts.xlsx"]
    done = subprocess.run(list(map(str, line)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Error: Excel files need fastexcel: pip install 'iapt[report]'\n")


def test_derived_referrals_as_excel_need_a_writer(data, tmp_path):
    line = [sys.executable, "-c", WITHOUT, "xlsxwriter", "derive", data, "--quiet", "--out", tmp_path / "d.xlsx"]
    done = subprocess.run(list(map(str, line)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Error: Excel files need xlsxwriter: pip install 'iapt[report]'\n")


def test_it_works_without_what_it_does_not_need(data, expected, tmp_path):
    others = "jinja2,xlsxwriter,fastexcel,matplotlib,tqdm,pandas,pyarrow,numpy"
    out = tmp_path / "r.csv"
    line = [sys.executable, "-c", WITHOUT, others, "report", data, *YEAR, "--by", "provider", "--out", out]
    subprocess.run(list(map(str, line)), check=True)
    assert out.read_bytes() == expected


def test_cells_of_spreadsheets_are_no_formulas(tmp_path):
    library("xlsxwriter")
    library("fastexcel")
    folder = service.folder(tmp_path / "data", service.rows(providers=["=1+1", "@SUM(A1)", "http://x.example"]))
    command("derive", folder, "--quiet", "--out", tmp_path / "d.xlsx")
    command("report", folder, *YEAR, "--by", "provider", "--out", tmp_path / "r.xlsx")
    for name in ("d.xlsx", "r.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as book:
            sheets = [book.read(part).decode() for part in book.namelist() if "worksheets/sheet" in part]
        assert not any("<f>" in sheet for sheet in sheets)
