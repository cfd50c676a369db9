"""A crate over iapt-core, outside the workspace: its program writes what the documentation site shows of the rules, its
library has the Rust blocks of the pages as tests."""

import os
import shutil
import subprocess
from pathlib import Path

from blocks import ROOT

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "docs"
CRATE = TARGET / "crate"
MANIFEST = f"""\
[package]
name = "iapt-docs"
edition = "2024"
publish = false

[dependencies]
iapt-core = {{ path = '{ROOT / "iapt-core"}', features = ["std", "serde", "fhir"] }}
serde_json = "1"

[[bin]]
name = "facts"
path = '{ROOT / "docs/hooks/facts.rs"}'

[workspace]
"""


def make(library: str = "") -> None:
    """Writes the crate, with the versions that the project has locked."""
    (CRATE / "src").mkdir(parents=True, exist_ok=True)
    write(CRATE / "Cargo.toml", MANIFEST)
    write(CRATE / "src/lib.rs", library)
    shutil.copy(ROOT / "Cargo.lock", CRATE / "Cargo.lock")


def write(path: Path, text: str) -> None:
    """Writes what has changed: cargo builds anew by the time of a file."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def cargo(command: str, *options: str) -> str:
    """What a command of cargo prints."""
    call = ["cargo", command, "--quiet", "--target-dir", str(TARGET), *options]
    return subprocess.run(call, cwd=CRATE, check=True, stdout=subprocess.PIPE, text=True).stdout
