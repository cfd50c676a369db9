"""Faults from outside: memory that is refused, disks that fill, interruptions, sources that fail, files that are none.

Each ends in an error that says what is wrong, with nothing half-written, and the package works on. `IAPT_SLOW=1` tests
files of full size, too.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest

import iapt
import small_service as service
from faults import streams
from kinds import library

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: the limits of this test are those of Linux")
SLOW = os.environ.get("IAPT_SLOW") == "1"
MB = 1 << 20

SCORES = ["phq9_first", "phq9_last", "gad7_first", "gad7_last"]
RECOVERED = {"phq9_first": [18], "phq9_last": [9], "gad7_first": [14], "gad7_last": [6]}


def works():
    """Whether the package answers as ever."""
    pa = library("pyarrow")
    return iapt.outcomes(pa.table(RECOVERED))["recovery"].to_pylist() == [True]


def python(code, *arguments, **options):
    line = [sys.executable, "-c", code, *map(str, arguments)]
    options = {"cwd": Path(__file__).parent, "capture_output": True, "text": True, "timeout": 100} | options
    return subprocess.run(line, check=False, **options)


def command(*arguments, code=2, before="", **options):
    """Runs the command, after other code; returns what it says."""
    library("click")
    done = python(f"{before}\nfrom iapt._cli import main\nmain()", *arguments, **options)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    library("polars")
    return service.folder(tmp_path_factory.mktemp("service") / "data")


def files(folder):
    return sorted(file.name for file in folder.iterdir())


# Memory that is refused

# Prints for each limit, in MB above what is in use, how the call ended, in a process of its own.
UNDER_LIMITS = """
import os, resource, sys
import numpy as np
import pyarrow as pa
import iapt

SCORES = ["phq9_first", "phq9_last", "gad7_first", "gad7_last"]
ROWS = 50_000
MANY = 100 * ROWS
numbers = np.arange(ROWS)
five, day = pa.array(np.full(ROWS, 5)), pa.array(np.full(ROWS, np.datetime64("2024-05-01")))
texts = pa.array([f"pathway {n:07}" for n in range(ROWS)])

def scores(column):
    return pa.table(dict.fromkeys(SCORES, column))

def sessions(ids):
    referrals = pa.table({"pathway_id": ids, "referral_date": day, "note": texts})
    contacts = pa.table({"pathway_id": ids, "contact_id": ids, "date": day, "attendance": five, "type": five})
    kinds = pa.array(["PHQ-9", "GAD-7"] * (ROWS // 2))
    rated = pa.table({"pathway_id": ids, "date": day, "measure": kinds, "score": five, "contact_id": ids})
    return referrals, contacts, rated

def outcomes(column):
    table = scores(column)
    return lambda: iapt.outcomes(table)["paired"].to_numpy().sum()

def derived(ids):
    tables = sessions(ids)
    return lambda: iapt.derive(*tables, progress=False).referrals["treatment_contacts"].to_numpy().sum()

def scored():
    table = pa.table({f"q{n}": pa.array(np.full(MANY // 10, 1, "int8")) for n in range(9)})
    return lambda: iapt.score(table, "PHQ9", table.column_names)["phq9_total"].to_numpy().sum()

def counted(groups):
    table = iapt.outcomes(scores(five)).append_column("group", groups)
    return lambda: iapt.rates(table, by="group")["finished"].to_numpy().sum()

def reported(groups):
    referrals, *others = sessions(pa.array(numbers))
    given = iapt.derive(referrals.append_column("group", groups), *others, progress=False)
    return lambda: iapt.report(given, "2024-25", by="group", progress=False).to_dicts()[-1]["is_total"]

make = {
    "outcomes": lambda: outcomes(pa.array(np.full(MANY, 5, "int8"))),
    "outcomes of decimals": lambda: outcomes(five.cast(pa.decimal128(21, 1))),
    "outcomes of dictionaries": lambda: outcomes(pa.array(np.full(MANY, 5, "int8")).dictionary_encode()),
    "derive by numbers": lambda: derived(pa.array(numbers)),
    "derive by texts": lambda: derived(texts),
    "derive with findings": lambda: derived(pa.array(numbers // 2 * 2)),
    "score": scored,
    "rates by numbers": lambda: counted(pa.array(numbers * 100_003)),
    "rates by texts": lambda: counted(texts),
    "report by numbers": lambda: reported(pa.array(numbers % 100)),
}
call = make[sys.argv[1]]()
expected = call()
small = pa.table({name: [value] for name, value in zip(SCORES, (18, 9, 14, 6))})

def attempt(limit):
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + limit, used + limit))
    try:
        end = "fine" if call() == expected else "WRONG"
    except MemoryError:
        end = "refused"
    except iapt.IaptError as error:
        end = "refused" if error.code == "OUT_OF_MEMORY" else error.code
    if not iapt.outcomes(small)["recovery"].to_pylist() == [True]:
        end = "BROKEN"
    os.write(1, end.encode())
    os._exit(0)

for limit in map(float, sys.argv[2:]):
    child = os.fork()
    if child == 0:
        attempt(int(limit * (1 << 20)))
    status = os.waitpid(child, 0)[1]
    print(f" {limit} {'' if status == 0 else f'ended by {status}'}", flush=True)
"""
# What was in use before a call and no more is given back to the system, so that a limit is what it says.
GIVEN_BACK = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}

CALLS = [
    "outcomes", "outcomes of decimals", "outcomes of dictionaries",
    "derive by numbers", "derive by texts", "derive with findings",
    "score", "rates by numbers", "rates by texts", "report by numbers",
]  # fmt: skip
LIMITS = [0.25, 1, 2, 4, 8, 12, 16, 20, 24, 32, 48, 64, 96, 1000]


@LINUX
@pytest.mark.parametrize("call", CALLS)
def test_memory_that_is_refused(call):
    """Whatever is left of it, the call is done or refused, and the next one answers."""
    library("numpy")
    library("pyarrow")
    done = python(UNDER_LIMITS, call, *LIMITS, env=os.environ | GIVEN_BACK)
    ends = [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(ends) == len(LIMITS), done.stderr
    assert {tuple(end[2:]) for end in ends} == {()}, (done.stdout, done.stderr[-2000:])
    assert {end[0] for end in ends} == {"fine", "refused"}, done.stdout
    assert ends[-1][0] == "fine"


@LINUX
def test_the_command_without_memory(data, tmp_path):
    limit = "import iapt._cli, polars\niapt._cli.derive = lambda *a, **b: bytearray(1 << 60)"
    said = command("report", data, "--period", "2024-25", "--out", tmp_path / "r.csv", before=limit)
    assert said == "Error: not enough memory\n"
    assert files(tmp_path) == []


# Disks that fill

FEW_BYTES = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"


@LINUX
@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_derived_referrals_on_a_full_disk(data, tmp_path, suffix):
    """The older files of both kinds stay, and nothing lies beside them or among the temporary files."""
    library("xlsxwriter")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    out, findings = tmp_path / f"d.{suffix}", tmp_path / f"f.{suffix}"
    out.write_text("older")
    findings.write_text("older")
    arguments = ["derive", data, "--quiet", "--out", out, "--findings", findings]
    said = command(*arguments, before=FEW_BYTES, env=os.environ | {"TMPDIR": str(temporary)})
    assert said.startswith(f"Error: {out}: cannot be written: ")
    assert (out.read_text(), findings.read_text()) == ("older", "older")
    assert files(tmp_path) == sorted([out.name, findings.name, "temporary"])
    assert files(temporary) == []


@LINUX
def test_an_observation_on_a_full_disk(tmp_path):
    out = tmp_path / "o.json"
    out.write_text("older")
    limit = FEW_BYTES.replace("1000", "100")
    said = command("fhir", "observation", response(tmp_path / "r.json"), "--out", out, before=limit)
    assert said == f"Error: {out}: cannot be written: File too large\n"
    assert out.read_text() == "older"
    assert files(tmp_path) == ["o.json", "r.json"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="NOT TESTED: no /dev/full here")
def test_a_full_device(data):
    report = iapt.report(service.derived(library("polars")), "2024-25")
    with pytest.raises(OSError, match="No space left"):
        report.to_csv("/dev/full")
    assert works()


@pytest.mark.skipif(not os.path.isdir("/sys/kernel"), reason="NOT TESTED: no /sys, where nobody may write, here")
def test_a_folder_in_which_nobody_may_write(data):
    said = command("derive", data, "--quiet", "--out", "/sys/kernel/d.csv")
    assert said == "Error: /sys/kernel/d.csv: cannot be written: Permission denied\n"


REPLACED = """
import os, random, signal, sys, time
from iapt import _files

path = sys.argv[1]
contents = [letter * (4 << 20) for letter in (b"a", b"b")]
_files.replace(path, contents[0])
for _ in range(40):
    child = os.fork()
    while child == 0:
        for content in contents:
            _files.replace(path, content)
    time.sleep(random.random() / 20)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert open(path, "rb").read() in contents, "half a file"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT TESTED: no fork here")
def test_a_process_killed_while_it_writes(tmp_path):
    """There is the old file or the new one, never half of one."""
    done = python(REPLACED, tmp_path / "r.csv")
    assert done.returncode == 0, done.stderr


# Sources that fail


SOURCES = {
    "outcomes": (lambda source: iapt.outcomes(source), RECOVERED),
    "rates": (lambda source: iapt.rates(source), {name: [False] for name in iapt.FACTS}),
    "score": (lambda source: iapt.score(source, "PHQ9", SCORES), {name: [1] for name in [*SCORES, *"abcde"]}),
    "derive": (
        lambda source: iapt.derive(source, source, source, progress=False),
        {"pathway_id": [1], "referral_date": ["2024-04-01"]},
    ),
}


@pytest.mark.parametrize("batches", [0, 1, 3])
@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_fails_halfway(name, batches):
    """The error is its own, without the text of the source, which may tell values; all that came is given back."""
    pa = library("pyarrow")
    call, columns = SOURCES[name]
    batch = pa.record_batch(columns)
    source = streams.Failing(pa.RecordBatchReader.from_batches(batch.schema, [batch] * 5), batches)
    with pytest.raises(iapt.FrameError) as caught:
        call(source)
    assert caught.value.code == "ARROW"
    assert str(caught.value) == "the source failed while it was read"
    assert (source.given, source.returned, source.closed) == (batches, batches, 1)
    assert works()


def test_a_source_that_is_read_to_its_end_is_given_back():
    pa = library("pyarrow")
    batch = pa.record_batch(RECOVERED)
    source = streams.Failing(pa.RecordBatchReader.from_batches(batch.schema, [batch] * 5), -1)
    result = iapt.outcomes(source)
    assert len(result) == 5 and (source.given, source.closed) == (5, 1)
    del result
    assert source.returned == 5


# Interruptions


class Interrupting:
    """Progress that is interrupted after its first part."""

    def __init__(self):
        self.rows = 0

    @contextlib.contextmanager
    def bar(self, *_):
        yield self.advance

    def advance(self, rows):
        self.rows += rows
        signal.raise_signal(signal.SIGINT)


def many_sessions(rows):
    np, pa = library("numpy"), library("pyarrow")
    ids, day = pa.array(np.arange(rows)), pa.array(np.full(rows, np.datetime64("2024-05-01")))
    code = pa.array(np.full(rows, 5))
    contacts = pa.table({"pathway_id": ids, "date": day, "attendance": code, "type": code})
    return pa.table({"pathway_id": ids, "referral_date": day}), contacts, None


@pytest.fixture
def in_the_foreground():
    """Ctrl-C interrupts, also where these tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_foreground")
def test_an_interrupted_derivation_and_report(monkeypatch):
    """Both stop within the work, and the same call succeeds afterwards."""
    monkeypatch.setenv("IAPT_THREADS", "1")
    rows = 400_000
    tables = many_sessions(rows)
    derived = iapt.derive(*tables, progress=False)
    for module, call in [
        ("iapt._sessions", lambda: iapt.derive(*tables)),
        ("iapt._report", lambda: iapt.report(derived, "2024-25")),
    ]:
        progress = Interrupting()
        with monkeypatch.context() as patched:
            patched.setattr(f"{module}.bar", progress.bar)
            with pytest.raises(KeyboardInterrupt):
                call()
        assert 0 < progress.rows < rows
    assert iapt.report(derived, "2024-25", progress=False).to_dicts()[0]["value"] is not None
    assert works()


INTERRUPTED = """
import contextlib, signal
import iapt._sessions

@contextlib.contextmanager
def bar(*_):
    yield lambda rows: signal.raise_signal(signal.SIGINT)

iapt._sessions.bar = bar
"""


@pytest.mark.parametrize("arguments", [["report", "--period", "2024-25"], ["derive"]], ids=lambda a: a[0])
def test_an_interrupted_command(arguments, data, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("older")
    name, *more = arguments
    assert command(name, data, *more, "--out", out, code=130, before=INTERRUPTED) == "Interrupted.\n"
    assert out.read_text() == "older"
    assert files(tmp_path) == ["out.csv"]


LONG = """
import numpy as np
import pyarrow as pa
import iapt

table = pa.table(dict.fromkeys({scores!r}, pa.array(np.full(2_000_000, 5))))
print("ready", flush=True)
try:
    while True:
        iapt.rates(iapt.outcomes(table))
except KeyboardInterrupt:
    assert iapt.rates(iapt.outcomes(table.slice(0, 10)))["paired"].to_pylist() == [10]
    print("interrupted")
"""


def test_interrupted_frames():
    library("numpy")
    library("pyarrow")
    line = [sys.executable, "-c", LONG.format(scores=SCORES)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30)[0] == "interrupted\n"
    assert process.returncode == 0


# Files that are no tables

CONTACTS = b"pathway_id,date,attendance,type\n"
ROW = b"1,2024-05-01,5,2\n"
# What is wrong with a CSV file, and what is said of it; test_cli has the simpler cases.
BROKEN = {
    "zeros": (CONTACTS + ROW + b"2,2024-05-01,\0\0\0,2\n", "zeros between its letters"),
    "zeros after": (CONTACTS + ROW + bytes(5000), "zeros between its letters"),
    "cut off": (CONTACTS + ROW + b"2,2024-0", "a row has fewer fields"),
    "cut off, quoted": (b'"pathway_id",date,attendance,type\n"1","2,4",5,2\n"2"', "a row has fewer fields"),
    "short row": (CONTACTS + b"2,2024-05-01\n" + ROW, "a row has fewer fields"),
    "short row and an empty one": (CONTACTS + b"2,2024-05-01\n\n" + ROW, "a row has fewer fields"),
    "a quotation mark within": (CONTACTS + b'1,20"24,5,2\n' + ROW, "a quotation mark is not closed"),
    "old line ends": ((CONTACTS + ROW).replace(b"\n", b"\r"), "has line ends that are not read"),
    "columns": (b",".join(b"c%d" % n for n in range(20_000)) + b"\n", "has more than 16,384 columns"),
    "a long name": (b"x" * 200_000 + b",date\n", "has no line with the names of the columns"),
    "a long first line": (b"x," * (MB // 2), "a line is longer than 1 MB"),
    "a long line": (CONTACTS + ROW + b"1,2024-05-01,5," + b"2" * 3 * MB, "a line is longer than 1 MB"),
    "program": (b"\x7fELF" + bytes(range(256)) * 20, ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_csv_files_that_are_no_tables(name, data, tmp_path):
    content, part = BROKEN[name]
    file = tmp_path / "contacts.csv"
    file.write_bytes(content)
    said = command("check", data, "--contacts", file)
    assert said.startswith(f"Error: {file}: ") and part in said and said.count("\n") == 1


def test_csv_files_that_are_tables(tmp_path):
    """Empty lines, marks within quotes and a last line without end are no faults."""
    read = pytest.importorskip("iapt._read").read
    for content, rows in [
        (b'\xef\xbb\xbfa,b,c\n1,"2, ""two""\n2",3\n\n,,\n4,,\n\n', [("1", '2, "two"\n2', "3"), ("4", None, None)]),
        (b'a;"b;b";c\r\n1;"x;y";3', [("1", "x;y", "3")]),
        (b'a\n"1,5"\n', [("1,5",)]),
    ]:
        file = tmp_path / "t.csv"
        file.write_bytes(content)
        assert [row for row in read(file).rows() if any(row)] == rows


# Reads a file under a limit of memory; prints what is said and the most memory that was in use.
READ = """
import resource, sys
from pathlib import Path
from iapt import _read
import polars, fastexcel

resource.setrlimit(resource.RLIMIT_CPU, (50, 50))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    _read.read(Path(sys.argv[1]))
except _read.FileError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def read_within(path, megabytes):
    """What is said of a file that must be refused without much memory."""
    library("fastexcel")
    done = python(READ, path)
    assert done.returncode == 0, done.stderr
    said, used = done.stdout.splitlines()
    assert int(used) < megabytes
    assert said.startswith(f"{path}: ")
    return said


def sparse(path, head, size, block=b"x" * MB):
    """A file of one long line."""
    with open(path, "wb") as file:
        file.write(head)
        while size > 0:
            file.write(block[: min(size, len(block))])
            size -= len(block)
    return path


@LINUX
def test_a_line_without_end(tmp_path):
    path = sparse(tmp_path / "contacts.csv", CONTACTS + ROW + b"1,", (1024 if SLOW else 64) * MB)
    assert "a line is longer than 1 MB" in read_within(path, 30)


@LINUX
def test_columns_without_end(tmp_path):
    count = 10_000_000 if SLOW else 500_000
    path = tmp_path / "contacts.csv"
    with open(path, "w") as file:
        for start in range(0, count, 1000):
            file.write(",".join(f"c{n}" for n in range(start, start + 1000)) + ",")
    assert "a line is longer than 1 MB" in read_within(path, 30)


@LINUX
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_a_parquet_file_that_was_cut_off(data, tmp_path, kept):
    pl = library("polars")
    file = tmp_path / "contacts.parquet"
    pl.read_csv(data / "contacts.csv", infer_schema=False).write_parquet(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * kept)])
    assert command("check", data, "--contacts", file) == f"Error: {file}: is not a complete Parquet file\n"


def test_parquet_files_that_are_damaged(data, tmp_path):
    """Each is read or refused."""
    pl = library("polars")
    read = pytest.importorskip("iapt._read")
    file = tmp_path / "contacts.parquet"
    pl.read_csv(data / "contacts.csv", infer_schema=False).write_parquet(file)
    whole, rng = file.read_bytes(), random.Random(5)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 1, 4, 20])):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        file.write_bytes(damaged)
        try:
            assert isinstance(read.read(file), pl.DataFrame)
        except read.FileError as error:
            assert str(error).startswith(f"{file}: is ")
            refused += 1
    assert refused > 20


# Excel files that are none

WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def workbook(path, *parts, sheets='<sheet name="contacts" sheetId="1" r:id="r1"/>'):
    """An Excel file with a sheet of these parts of XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in WORKBOOK.items():
            book.writestr(name, text.replace("{sheets}", sheets))
        with book.open(SHEET, "w", force_zip64=True) as sheet:
            for part in (HEAD, *parts, TAIL):
                sheet.write(part)
    return path


def cells(*references):
    return "".join(f'<row><c r="{r}"><v>1</v></c></row>' for r in references).encode()


def test_excel_files_that_are_none(tmp_path):
    library("fastexcel")
    good = workbook(tmp_path / "contacts.xlsx", cells("A1", "A2")).read_bytes()
    for content, part in [
        (b"no zip", "is not an Excel file"),
        (good[: len(good) // 2], "is not an Excel file"),
        (good.replace(b"worksheets", b"workshops!"), "is not an Excel file"),
        (workbook(tmp_path / "x.xlsx", b"<row>", sheets="").read_bytes(), "has no sheet"),
        (workbook(tmp_path / "x.xlsx", b"<row><<").read_bytes(), "is not an Excel file"),
    ]:
        file = tmp_path / "contacts.xlsx"
        file.write_bytes(content)
        with pytest.raises(ValueError, match=part) as caught:
            pytest.importorskip("iapt._read").read(file)
        assert str(caught.value).startswith(f"{file}: ")


def lie(path, size, checksum):
    """Lets the directory of a zip file state another size and checksum of the sheet."""
    with zipfile.ZipFile(path) as book:
        part, start = book.getinfo(SHEET), book.start_dir
    data = path.read_bytes()
    directory = data[start:]
    for true, stated in ((part.file_size, size), (part.CRC, checksum)):
        assert directory.count(true.to_bytes(4, "little")) == 1
        directory = directory.replace(true.to_bytes(4, "little"), stated.to_bytes(4, "little"))
    path.write_bytes(data[:start] + directory)


@LINUX
def test_excel_files_that_unpack_to_too_much(tmp_path):
    """What the file says of its size is believed where it is too much, and not where it is little."""
    blank = b" " * MB
    big = workbook(tmp_path / "big.xlsx", *[blank] * (2100 if SLOW else 40))
    assert big.stat().st_size < 4 * MB
    if SLOW:
        assert "would be larger than 2 GB unpacked" in read_within(big, 30)
    lie(big, (1 << 31) + 5, 0)
    assert "would be larger than 2 GB unpacked" in read_within(big, 30)
    start = (HEAD + blank)[:1001]
    for checksum in (0, zlib.crc32(start)):
        small = workbook(tmp_path / "small.xlsx", *[blank] * 40)
        lie(small, len(start) - 1, checksum)
        assert "is not an Excel file that can be read" in read_within(small, 30)


@LINUX
def test_excel_files_with_two_cells_far_apart(tmp_path):
    """A reader keeps all that lies between them."""
    file = workbook(tmp_path / "contacts.xlsx", cells("A1", "XFD1048576"))
    assert "uses more than 67,108,864 cells" in read_within(file, 30)


# JSON


def response(path, **changes):
    case = json.loads((Path(__file__).parents[1] / "vectors/fhir/response_phq9_codes.json").read_text())["input"]
    path.write_text(json.dumps({**case, **changes}))
    return path


def test_json_that_is_no_response(tmp_path):
    good = response(tmp_path / "good.json").read_text()
    for content, part in [
        (b"[" * 100_000, "must be JSON"),
        (b'{"item":' * 100_000, "must be JSON"),
        (good.encode("utf-16"), "must be JSON"),
        (good.replace("QuestionnaireResponse", "Questionnaire\xe9").encode("latin-1"), "must be JSON"),
        ((good[:-1] + ',"resourceType":"Bundle"}').encode(), ""),
        (good[: len(good) // 2].encode(), "must be JSON"),
        (good.encode() + b"\0", "must be JSON"),
    ]:
        file = tmp_path / "r.json"
        file.write_bytes(content)
        said = command("fhir", "observation", file)
        assert said.startswith(f"Error: {file}: ") and part in said


@LINUX
def test_json_without_end(tmp_path):
    """It is not read to its end: a file that takes no room on the disk, as long as the whole disk."""
    file = tmp_path / "r.json"
    with open(file, "wb") as end:
        end.truncate(1 << 30)
    limit = "import iapt._cli, resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))"
    assert "must be at most" in command("fhir", "outcome", file, before=limit)
    assert "too long for a mapping" in command("check", tmp_path, "--columns", file, before=limit)


@pytest.mark.parametrize(
    "text, part",
    [
        ("[" * 100_000, "is not JSON"),
        ('{"contacts": {"date": "a"}, "contacts": {"date": "b"}}', "has 'contacts' twice"),
        ('{"contacts": {"date": "a", "date": "b"}}', "has 'date' twice"),
    ],
)
def test_mappings_that_are_none(text, part, data, tmp_path):
    file = tmp_path / "columns.json"
    file.write_text(text)
    assert command("check", data, "--columns", file) == f"Error: {file}: {part}\n"


# Interpreters within the process, and threads

SUBINTERPRETER = """
import importlib, sys
import iapt

for name in ("_interpreters", "_xxsubinterpreters"):
    try:
        interpreters = importlib.import_module(name)
        break
    except ImportError:
        pass
code = '''
import sys
sys.path[:] = %r
try:
    import iapt
except ImportError as error:
    print("refused", error)
else:
    print("works", iapt.outcome(phq9=(18, 9), gad7=(14, 6)).recovery)
''' % (sys.path,)
for _ in range(3):
    inner = interpreters.create()
    failed = interpreters.run_string(inner, code)
    assert failed is None, failed
    interpreters.destroy(inner)
print("works", iapt.outcome(phq9=(18, 9), gad7=(14, 6)).recovery, flush=True)
"""


def test_other_interpreters_within_the_process():
    """The package is refused there, or works, and works on here."""
    done = python(SUBINTERPRETER)
    assert done.returncode == 0, done.stderr
    *inner, here = done.stdout.splitlines()
    assert here == "works True" and len(inner) == 3
    assert all(line == "works True" or line.startswith("refused ") for line in inner)


def calls():
    """Every kind of call, on shared inputs, each with what it gives as something that can be compared."""
    pl, pa, np = library("polars"), library("pyarrow"), library("numpy")
    rng = np.random.default_rng(3)
    for rows in (5, 150_000):
        scores = {name: rng.integers(0, 21, rows) for name in SCORES}
        table, frame = pa.table(scores), pl.DataFrame(scores)
        pandas = library("pandas").DataFrame(scores)
        facts = iapt.outcomes(frame).with_columns(group=pl.Series(rng.integers(0, 50, rows)))
        answers = pa.table({f"q{n}": rng.integers(0, 4, rows) for n in range(9)})
        items = answers.column_names
        yield lambda table=table: iapt.outcomes(table)
        yield lambda frame=frame: iapt.outcomes(frame).to_arrow()
        yield lambda pandas=pandas: pa.Table.from_pandas(iapt.outcomes(pandas))
        yield lambda table=table: bytes(iapt.outcome_flags(table))
        yield lambda facts=facts: iapt.rates(facts, by="group").to_arrow()
        yield lambda answers=answers, items=items: iapt.score(answers, "PHQ9", items)
    tables = many_sessions(20_000)
    derived = iapt.derive(*tables, progress=False)
    small = service.derived(pl)
    yield lambda: iapt.derive(*tables, progress=False).referrals
    yield lambda: iapt.report(derived, "2024-25", progress=False).to_dicts()
    yield lambda: iapt.report(small, "2024-Q2", by="provider", progress=False).to_dicts()
    yield lambda: small.explain(3)
    yield lambda: iapt.outcome(phq9=(18, 9), gad7=(14, 6)).flags
    yield lambda: iapt.disclose([1, 20, 30])


def test_many_threads_at_once():
    """Eight threads call everything on the same inputs: each gets what one alone gets."""
    every = list(calls())
    expected = [call() for call in every]
    wrong, end = [], time.monotonic() + (30 if SLOW else 4)

    def run(seed):
        rng = random.Random(seed)
        try:
            while time.monotonic() < end:
                at = rng.randrange(len(every))
                if every[at]() != expected[at]:
                    wrong.append(at)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_interpreter_is_free_while_sessions_are_read(monkeypatch):
    """Another thread goes on; test_api has the same of outcomes."""
    monkeypatch.setenv("IAPT_THREADS", "1")
    tables, ticks, done = many_sessions(400_000), [], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    iapt.derive(*tables, progress=False)
    end = time.perf_counter()
    done.set()
    thread.join()
    gaps = [after - before for before, after in zip([start, *ticks], [*ticks, end], strict=True)]
    assert max(gaps) < (end - start) / 2
