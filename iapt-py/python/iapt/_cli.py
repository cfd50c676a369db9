"""The command `iapt`: reports, derived referrals, findings and scores from files."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from . import _files, _listing, _read, fhir
from ._errors import FrameError, IaptError
from ._frames import score as score_frame
from ._iapt import _FHIR_LONGEST, MEASURES, __version__, _period_days, _period_months
from ._report import Report, report
from ._sessions import TABLES, Derived, derive

FINE, FINDINGS, WRONG, FAULT, INTERRUPTED, NOBODY_READS = 0, 1, 2, 70, 130, 141

REPORTS = (".html", ".csv", ".xlsx", ".parquet")
FRAMES = (".csv", ".xlsx", ".parquet")
FIRST_ROWS = 5

# What cannot be computed from what was given. Anything else is a fault of this program.
REFUSED = (IaptError, _read.FileError, ImportError, OSError, MemoryError)

Command = Callable[..., Any]


def main() -> None:
    """The command, as installed. It ends the program with an exit code."""
    code = FAULT
    try:
        code = run(sys.argv[1:])
        flush()
    finally:
        # A fault of this program must not end with 1, which says that there are findings.
        if code == FAULT:
            traceback.print_exc()
        sys.exit(code)


def flush() -> None:
    """What cannot be written any more is no second error when the program ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(arguments: list[str]) -> int:
    """The exit code of the command with these arguments."""
    try:
        with cli.make_context("iapt", arguments) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        return NOBODY_READS
    except click.ClickException as error:
        error.show()
        return WRONG
    except REFUSED as error:
        say(f"Error: {reason(error)}")
        return WRONG
    return FINE


def reason(error: BaseException) -> str:
    """What an error says to a user."""
    if isinstance(error, OSError) and error.strerror:
        where = "" if error.filename is None else f"{os.fspath(error.filename)}: "
        return f"{where}{error.strerror}"
    if isinstance(error, MemoryError):
        return "not enough memory"
    return str(error)


def say(text: str) -> None:
    click.echo(text, err=True)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine; 1 `iapt check` has findings; 2 wrong use or input; 130 interrupted.",
)
@click.version_option(__version__, message="iapt %(version)s")
def cli() -> None:
    """Outcomes of NHS Talking Therapies from files of referrals, contacts and scores.

    The figures support clinical judgement and the management of services; they replace neither.
    """


def tables(command: Command) -> Command:
    """The options that say where the tables are, and how they are to be read."""
    options = [
        click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path)),
        *(click.option(option(table), type=FILE, help=f"The table {table}.") for table in TABLES),
        click.option("--names", type=click.Choice(["nhs_england"]), help="Whose names the columns bear."),
        click.option("--columns", type=FILE, help='JSON: {"contacts": {"date": "Seen"}}, table by table.'),
        click.option("--as-at", metavar="DAY", help="The last day of which anything is known, as in 2025-03-31."),
        click.option("--quiet", "-q", is_flag=True, help="No progress and no remarks."),
    ]
    for decorate in reversed(options):
        command = decorate(command)
    return command


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def option(table: str) -> str:
    return f"--{table.replace('_', '-')}"


def out_option(suffixes: Sequence[str]) -> Callable[[Command], Command]:
    """The option that says where to write, checked before any work is done."""

    def check(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
        return writable(value, suffixes)

    return click.option(
        "--out", "-o", required=True, type=click.Path(path_type=Path), callback=check,
        help=f"The file to write: {', '.join(suffixes)}.",
    )  # fmt: skip


def writable(path: Path, suffixes: Sequence[str]) -> Path:
    """A path that a file can be put at, links followed.

    Raises:
        BadParameter: Another suffix, a folder that is not there, or something at the path that is no file.
    """
    target = Path(os.path.realpath(path))
    if target.suffix.lower() not in suffixes:
        raise click.BadParameter(f"{path}: must end in {', '.join(suffixes)}")
    if target.exists() and not target.is_file():
        raise click.BadParameter(f"{path}: is not a file")
    if not target.parent.is_dir():
        raise click.BadParameter(f"{path}: there is no folder {target.parent}")
    return target


@cli.command("report", short_help="The official measures for a period, by group.")
@tables
@click.option("--period", required=True, help="2024-25, 2024-Q2, 2024-06, or 2024-04-01/2024-06-30.")
@click.option("--by", multiple=True, metavar="COLUMN", help="A column to group by; may be given several times.")
@out_option(REPORTS)
@click.option("--title", help="The heading of the page.")
@click.option("--months", is_flag=True, help="Add pictures of the total, month by month, to the page.")
@click.option("--national-total", is_flag=True, help="The total is a national row, which is exact.")
@click.option("--no-disclosure", is_flag=True, help="Exact figures: for internal work only, never for publication.")
def report_command(
    period: str,
    by: Sequence[str],
    out: Path,
    title: str | None,
    months: bool,
    national_total: bool,
    no_disclosure: bool,
    **given: Any,
) -> None:
    """The official measures for a period, by group and in total.

    PATHS are folders with files such as referrals.csv, contacts.parquet, scores.xlsx or IDS101Referral.csv, or such
    files themselves. Counts that could tell of persons are hidden unless --no-disclosure is given.

    \b
    Examples:
      iapt report data --period 2024-25 --by provider --out report.html
      iapt report data --period 2024-Q2 --by provider --by gender --out report.xlsx
      iapt report national --names nhs_england --period 2024-25 --by OrgID_Provider --months --out report.html
      iapt report --referrals r.csv --contacts c.csv --scores s.csv --period 2024-06 --out report.csv
    """
    if out.suffix.lower() != ".html" and (title or months):
        raise click.UsageError("--title and --months are for .html")
    by = list(dict.fromkeys(by))
    _period_days(period)
    derived = derived_from(given)
    check_groups(by, derived)
    progress = False if given["quiet"] else None
    disclosure = not no_disclosure
    control: dict[str, Any] = {"disclosure": disclosure, "national_total": national_total, "progress": progress}
    figures = report(derived, period, by, **control)
    monthly = [report(derived, month, **control) for month in _period_months(period)] if months else None
    save_report(figures, out, title, monthly)
    remark_findings(derived, given["quiet"])


def check_groups(by: Sequence[str], derived: Derived) -> None:
    there = derived.referrals.columns
    for name in by:
        if name not in there:
            raise click.BadParameter(f"there is no column {name}: there are {', '.join(there)}", param_hint="--by")


def save_report(figures: Report, out: Path, title: str | None, months: list[Report] | None) -> None:
    """The report in the kind of file that the suffix tells."""
    if out.suffix.lower() == ".html":
        from ._page import page

        data = page(figures, title, months).encode()
        with writing(out):
            _files.replace(out, data)
        return
    save = {".csv": figures.to_csv, ".xlsx": figures.to_excel, ".parquet": figures.to_parquet}
    with writing(out):
        save[out.suffix.lower()](out)


def remark_findings(derived: Derived, quiet: bool) -> None:
    count = derived.count_findings()
    if count and not quiet:
        say(f"Note: {count:,} findings in the data; `iapt check` shows them.")


@cli.command("derive", short_help="The referrals with what follows from their sessions.")
@tables
@out_option(FRAMES)
@click.option("--findings", type=click.Path(path_type=Path), help="A file for the findings, too.")
def derive_command(out: Path, findings: Path | None, **given: Any) -> None:
    """The referrals with what follows from their sessions: dates, waits, first and last scores, outcome.

    The file holds data of patients.

    \b
    Examples:
      iapt derive data --out referrals.csv
      iapt derive national --names nhs_england --out referrals.parquet --findings findings.csv
    """
    if findings is not None:
        findings = writable(findings, FRAMES)
        if findings == out:
            raise click.UsageError("--out and --findings are the same file")
    derived = derived_from(given)
    save_frame(derived.referrals, out)
    if findings is not None:
        save_frame(derived.findings, findings)
    else:
        remark_findings(derived, given["quiet"])


@cli.command("check", short_help="What is odd in the data.")
@tables
@click.pass_context
def check_command(context: click.Context, /, **given: Any) -> None:
    """What is odd in the data: how often, and in which rows first, without anybody's identifier.

    Rows are counted from 1, without the line of names. The exit code is 1 if there are findings.

    \b
    Examples:
      iapt check data
      iapt check national --names nhs_england
    """
    derived = derived_from(given)
    findings = derived.findings.select(FINDING).rows()
    click.echo(f"{len(derived):,} referrals, {len(findings):,} findings")
    by_kind: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for table, kind, row, message in findings:
        by_kind.setdefault((table, kind), []).append((row, message))
    for (table, kind), cases in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        first = ", ".join(str(row + 1) for row, _ in cases[:FIRST_ROWS])
        more = ", ..." if len(cases) > FIRST_ROWS else ""
        click.echo(f"\n{table}: {kind}: {len(cases):,}\n  rows {first}{more}\n  {cases[0][1]}")
    if findings:
        context.exit(FINDINGS)


FINDING = ["table", "kind", "row", "message"]


@cli.command("score", short_help="The scores of filled-in questionnaires.")
@click.argument("file", type=FILE)
@click.option("--measure", required=True, help="The questionnaire, such as PHQ-9: see `iapt measures`.")
@click.option("--items", required=True, multiple=True, help="The columns of answers in their order: q1,q2,...")
@click.option("--missing", type=click.Choice(["prorate", "reject"]), default="prorate", show_default=True,
              help="What is done with unanswered items.")  # fmt: skip
@out_option(FRAMES)
def score_command(file: Path, measure: str, items: Sequence[str], missing: str, out: Path) -> None:
    """The scores of filled-in questionnaires, beside their answers as they were written.

    The file holds data of patients.

    \b
    Examples:
      iapt score answers.csv --measure PHQ-9 --items q1,q2,q3,q4,q5,q6,q7,q8,q9 --out scored.csv
    """
    frame = _read.read(file)
    names = [name.strip() for part in items for name in part.split(",")]
    numbers = with_numbers(frame, names, file)
    scored = score_frame(numbers, measure_called(measure), names, missing)
    save_frame(scored.with_columns(frame[name] for name in names), out)


def measure_called(text: str) -> str:
    """The name of a built-in measure, however it is spelt."""
    wanted = plain(text)
    for name, measure in MEASURES.items():
        if wanted in (plain(name), plain(measure.name)):
            return name
    known = ", ".join(measure.name for measure in MEASURES.values())
    raise click.BadParameter(f"no questionnaire {text!r}: there are {known}", param_hint="--measure")


def plain(name: str) -> str:
    return "".join(letter for letter in name.upper() if letter.isalnum())


def with_numbers(frame: Any, names: Sequence[str], file: Path) -> Any:
    """The frame with the answers as numbers where the file has them as texts.

    Raises:
        BadParameter: A column that is not there, or twice.
        FileError: A text that is no number; it says where.
    """
    pl = _read.polars()
    for name in names:
        if name not in frame.columns or names.count(name) > 1:
            what = "no column" if name not in frame.columns else "several times the column"
            raise click.BadParameter(f"{what} {name!r}", param_hint="--items")
        if frame.schema[name] != pl.String:
            continue
        texts = frame[name].str.strip_chars().replace("", None)
        numbers = texts.cast(pl.Float64, strict=False)
        wrong = (texts.is_not_null() & numbers.is_null()).arg_true()
        if len(wrong):
            raise _read.FileError(f"{file}: {name}, row {wrong[0] + 1}: is no number")
        frame = frame.with_columns(numbers.alias(name))
    return frame


@cli.command("measures", short_help="The questionnaires and the official measures.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
def measures_command(form: str) -> None:
    """The questionnaires with their thresholds, and the official measures with their targets.

    Numbers without the mark "verified" are to be checked before clinical use.

    \b
    Examples:
      iapt measures
      iapt measures --format csv > measures.csv
    """
    write = {"text": _listing.as_text, "csv": _listing.as_csv, "json": _listing.as_json}[form]
    click.echo(write(_listing.questionnaires(), _listing.official()), nl=False)


@cli.group("fhir", short_help="FHIR: scores and outcomes of PHQ-9 and GAD-7.")
def fhir_group() -> None:
    """FHIR R4: scores and outcomes of PHQ-9 and GAD-7 from JSON files; - is the standard input.

    \b
    Examples:
      iapt fhir observation response.json --out observation.json
      iapt fhir outcome bundle.json
    """


RESOURCE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True))


@fhir_group.command("observation", short_help="The score of a QuestionnaireResponse as an Observation.")
@RESOURCE
@click.option("--out", "-o", type=click.Path(path_type=Path), help="The file to write: .json.")
def observation_command(file: Path, out: Path | None) -> None:
    """The score of a filled-in PHQ-9 or GAD-7, a QuestionnaireResponse, as an Observation.

    The file holds data of patients. With too many unanswered items it has no score but the reason why.

    \b
    Examples:
      iapt fhir observation response.json
      iapt fhir observation - --out observation.json < response.json
    """
    if out is not None:
        out = writable(out, (".json",))
    text = json.dumps(read_resource(file, fhir.observation), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    with writing(out):
        _files.replace(out, text.encode())


@fhir_group.command("outcome", short_help="The outcome of a patient's Bundle, and why.")
@RESOURCE
def outcome_command(file: Path) -> None:
    """The outcome of a course of treatment, and why, from a Bundle of what the patient filled in.

    The text holds data of patients. The Bundle has QuestionnaireResponses of PHQ-9 and GAD-7, Observations of their
    total scores, or both.

    \b
    Examples:
      iapt fhir outcome bundle.json
    """
    click.echo(read_resource(file, fhir.explain))


def read_resource(file: Path, read: Callable[[bytes], Any]) -> Any:
    """What is made of the resource in a file.

    Raises:
        FileError: It has none; the error is about the file.
    """
    # One byte more than is read says that there are too many.
    with click.open_file(str(file), "rb") as source:
        data = source.read(_FHIR_LONGEST + 1)
    try:
        return read(data)
    except IaptError as error:
        raise _read.FileError(f"{'standard input' if str(file) == '-' else file}: {error}") from error


def derived_from(given: Mapping[str, Any]) -> Derived:
    """The derived referrals from the files that the options name."""
    named = {table: given[table] for table in TABLES if given[table] is not None}
    mapping = columns_from(given["columns"])
    files = _read.find(given["paths"], named)
    frames = {table: _read.read(file, table) for table, file in files.items()}
    progress = False if given["quiet"] else None
    sources = [frames.get(table) for table in TABLES]
    try:
        return derive(*sources, names=given["names"], columns=mapping, as_at=given["as_at"], progress=progress)
    except FrameError as error:
        if error.code == "MISSING_COLUMN" and given["names"] is None:
            hint = "where the columns bear the names of the national data set, give --names nhs_england"
            raise _read.FileError(f"{error}; {hint}") from error
        raise


def columns_from(path: Path | None) -> dict[str, Any] | None:
    """The mapping of names in a JSON file."""
    if path is None:
        return None
    with open(path, "rb") as file:
        data = file.read(LONGEST_MAPPING + 1)
    if len(data) > LONGEST_MAPPING:
        raise _read.FileError(f"{path}: is too long for a mapping of names")
    try:
        mapping = json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _read.FileError(f"{path}: is not JSON") from error
    except KeyError as error:
        raise _read.FileError(f"{path}: has {error} twice") from error
    tables = mapping.values() if isinstance(mapping, dict) else [None]
    if not all(isinstance(table, dict) and all(isinstance(name, str) for name in table.values()) for table in tables):
        raise _read.FileError(f'{path}: must map tables to names, as in {{"contacts": {{"date": "Seen"}}}}')
    return dict(mapping)


LONGEST_MAPPING = 1 << 20


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON in which no name is there twice: which of them counts would be chance."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise KeyError(name)
        found[name] = value
    return found


def save_frame(frame: Any, out: Path) -> None:
    """A frame in the kind of file that the suffix tells."""
    suffix = out.suffix.lower()
    if suffix == ".xlsx":
        data = _files.workbook(frame.write_excel)
        with writing(out):
            _files.replace(out, data)
        return
    save: Callable[[str], object]
    save = {".csv": frame.write_csv, ".parquet": frame.write_parquet}[suffix]
    with writing(out):
        _files.write(out, save)


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Where a file cannot be written, the error is about that file and not about the part beside it."""
    try:
        yield
    except ImportError:
        raise
    except Exception as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise _read.FileError(f"{out}: cannot be written: {why}") from error
