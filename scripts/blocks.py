"""The blocks of code of a page of documentation, and what runs them.

A block that cannot be run is marked as `text`; what the block before it prints is marked as `output` and compared. A
block with a title is a file of that name, for the blocks after it. A block in a language that nothing runs is an error.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^ *(?:```|~~~)", re.M)
FENCED = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```$", re.M | re.S)
COMPARED = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
OF_C = {"c": ("CC", "cc", "-std=c99"), "cpp": ("CXX", "c++", "-std=c++17")}
STRICT = ("-Wall", "-Wextra", "-Werror", "-pedantic")


class Failed(Exception):
    """A block does not do what its page says."""


@dataclass
class Block:
    """A block of code, where it stands, and what it should print."""

    language: str
    title: str | None
    code: str
    line: int
    output: str | None = None


def blocks(page: Path) -> list[Block]:
    """The blocks of a page in their order; an `output` belongs to the block before it."""
    text = page.read_text()
    found: list[Block] = []
    for match in FENCED.finditer(text):
        language, _, options = match["info"].strip().partition(" ")
        title = re.search(r'title="([^"]*)"', options)
        code = textwrap.dedent(match["code"])
        line = text.count("\n", 0, match.start()) + 2
        if language != "output":
            found.append(Block(language, title and title[1], code, line))
        elif found and found[-1].output is None:
            found[-1].output = code
        else:
            raise Failed(f"{page}, line {line}: the output of no block")
    if len(FENCE.findall(text)) != 2 * len(FENCED.findall(text)):
        raise Failed(f"{page}: a block is not closed, or opened in a way that is not known here")
    return found


@dataclass
class Page:
    """What the blocks of a page share: a working folder, the names of Python, and the C library.

    Attributes:
        folder: The working folder, of which `iapt` is the checkout.
        library: The folder of libiapt.
    """

    name: str
    folder: Path
    library: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})

    def __post_init__(self) -> None:
        (self.folder / "iapt").symlink_to(ROOT)
        (self.folder / "examples").symlink_to(ROOT / "examples")

    def run(self, block: Block) -> None:
        """Runs a block and compares what it prints."""
        try:
            if block.title is not None:
                (self.folder / block.title).write_text(block.code)
            elif block.language != "text":
                self.compare(block, getattr(self, f"run_{block.language or 'plain'}", self.refuse)(block))
        except Failed as why:
            raise Failed(f"{self.name}, line {block.line}: {why}") from None

    def refuse(self, block: Block) -> str:
        raise Failed(f"nothing runs the language {block.language!r}: mark the block as text if it cannot be run")

    def compare(self, block: Block, printed: str) -> None:
        if block.output is not None and not doctest.OutputChecker().check_output(block.output, printed, COMPARED):
            raise Failed(f"the page says that this prints\n{block.output}but it prints\n{printed}")

    def run_python(self, block: Block) -> str:
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile("\n" * (block.line - 1) + block.code, self.name, "exec"), self.names)
        return printed.getvalue()

    def run_pycon(self, block: Block) -> str:
        """A conversation with Python, which has its output within."""
        test = doctest.DocTestParser().get_doctest(block.code, self.names, self.name, self.name, block.line - 1)
        report = io.StringIO()
        with contextlib.chdir(self.folder):
            result = doctest.DocTestRunner(optionflags=COMPARED).run(test, out=report.write, clear_globs=False)
        self.names |= test.globs
        if result.failed or not result.attempted:
            raise Failed(report.getvalue() or "there is no >>> in it")
        return ""

    def run_sql(self, block: Block) -> str:
        """In the connection to DuckDB that the page has opened."""
        with contextlib.chdir(self.folder):
            return f"{self.names['connection'].sql(block.code)}\n"

    def run_sh(self, block: Block) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return self.call(["bash", "-euo", "pipefail", "-c", block.code], {"PATH": path})

    def run_c(self, block: Block) -> str:
        return self.run_program(block)

    def run_cpp(self, block: Block) -> str:
        return self.run_program(block)

    def run_program(self, block: Block) -> str:
        """A whole program, compiled against the library."""
        variable, compiler, standard = OF_C[block.language]
        source, program = self.folder / f"program.{block.language}", self.folder / "program"
        source.write_text(block.code)
        command = [os.environ.get(variable, compiler), standard, *STRICT, f"-I{ROOT}/iapt-c/include", str(source)]
        self.call([*command, f"-L{self.library}", "-liapt", "-o", str(program)], {})
        # The loader asks for the library by its soname.
        soname = self.folder / "libiapt.so.0"
        if not soname.exists():
            soname.symlink_to(self.library / "libiapt.so")
        return self.call([str(program)], {"LD_LIBRARY_PATH": str(self.folder)})

    def call(self, command: list[str], environment: dict[str, str]) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env={**os.environ, **environment}, capture_output=True, text=True
        )
        if done.returncode:
            raise Failed(f"{command[0]} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout
