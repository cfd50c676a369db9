"""What MkDocs calls while it builds the site: pages get what the library knows, and the Rust documentation joins."""

from __future__ import annotations

import os
import re
from operator import attrgetter
from pathlib import Path
from typing import Any

from generated import Generated
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
RUST = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "docs", "doc")
SAFETY_FIRST = ("index.md", "hazards.md", "traceability.md")

generated = Generated(ROOT)


def on_config(config: Any) -> Any:
    """The clinical safety pages, whichever there are, go before the reference."""
    folder = Path(config.docs_dir, "clinical-safety")
    found = {page.relative_to(folder).as_posix() for page in folder.rglob("*.md")}
    pages = [name for name in SAFETY_FIRST if name in found] + sorted(found.difference(SAFETY_FIRST))
    if pages:
        config.nav.insert(-1, {"Clinical safety": [f"clinical-safety/{name}" for name in pages]})
    return config


def on_files(files: Files, config: Any) -> Files:
    """The Rust documentation, as cargo wrote it."""
    for path in sorted(RUST.rglob("*")):
        if path.is_file() and path.name != ".lock":
            name = f"rust/{path.relative_to(RUST).as_posix()}"
            name += ".txt" * (path.suffix == ".md")  # a licence, which is no page of the site
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Puts `{{ name }}` of what is generated in its place; a name that is not known ends the build."""
    return re.sub(r"\{\{ (\w+(?:\.\w+)*) \}\}", lambda name: str(attrgetter(name[1])(generated)), markdown)
