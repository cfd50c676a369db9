"""The command `iapt` on files of arbitrary bytes: whatever they hold, it ends with an exit code that is documented."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

from iapt import _cli

# The first byte tells what is asked for; the files follow, separated by the byte 0x1E.
SEPARATOR = b"\x1e"
TABLES = ("referrals", "contacts", "scores", "complaints", "internet_therapy", "employment")
SESSIONS = (
    ["check", "{folder}"],
    ["derive", "{folder}", "--out", "{folder}/out.csv", "--findings", "{folder}/found.csv"],
    ["derive", "{folder}", "--names", "nhs_england", "--out", "{folder}/out.parquet"],
    ["report", "{folder}", "--period", "2024-25", "--by", "provider", "--out", "{folder}/out.csv"],
    ["report", "{folder}", "--period", "2024-25", "--out", "{folder}/out.html"],
)
SINGLE = (
    ["score", "{folder}/file.csv", "--measure", "PHQ-9", "--items", "1,2,3,4,5,6,7,8,9", "--out", "{folder}/out.csv"],
    ["fhir", "observation", "{folder}/file.json"],
    ["fhir", "outcome", "{folder}/file.json"],
    ["derive", "{folder}", "--columns", "{folder}/file.json", "--out", "{folder}/out.csv"],
)


def run(data: bytes) -> None:
    """One call of the command; an exit code that is not documented, or any other exception, is a fault."""
    chosen, files = (data or b"\0")[0], data[1:].split(SEPARATOR)
    with tempfile.TemporaryDirectory() as folder:
        if chosen % 2:
            arguments = SINGLE[chosen // 2 % len(SINGLE)]
            for suffix in ("csv", "json"):
                Path(folder, f"file.{suffix}").write_bytes(files[0])
            files = files[1:]
        else:
            arguments = SESSIONS[chosen // 2 % len(SESSIONS)]
        for table, content in zip(TABLES, files, strict=False):
            Path(folder, f"{table}.csv").write_bytes(content)
        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = _cli.run([argument.format(folder=folder) for argument in arguments])
        if code not in (0, 1, 2):
            raise AssertionError(f"{arguments[0]} ended with {code}")
