"""What fuzzing found for Arrow data and for the command, what it began with, and some hundred inputs made at random."""

import importlib
import random
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent.parent / "fuzz"
TARGETS = ("arrow", "command")
CASES = [(target, file) for target in TARGETS for file in sorted((FUZZ / "corpus" / target).iterdir())]


@pytest.fixture(scope="module", autouse=True)
def bodies():
    sys.path.insert(0, str(FUZZ / "python"))
    yield
    sys.path.remove(str(FUZZ / "python"))


def run(target: str, data: bytes) -> None:
    importlib.import_module(f"fuzz_{target}").run(data)


def test_there_is_a_corpus():
    assert {target for target, _ in CASES} == set(TARGETS)


@pytest.mark.parametrize(("target", "file"), CASES, ids=lambda part: getattr(part, "name", part))
def test_corpus(target, file):
    run(target, file.read_bytes())


def test_arrow_at_random():
    chance = random.Random(7)
    for _ in range(400):
        run("arrow", chance.randbytes(chance.randrange(400)))
