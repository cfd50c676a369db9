"""The traceability table is that of the code, and its checker sees what is wrong."""

import importlib.machinery
import importlib.util
import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

SCRIPT = ROOT / "scripts" / "traceability"
PAGES = "docs/clinical-safety"
HAZARDS = f"{PAGES}/hazards.md"
MEASURE = "iapt-core/src/measure.rs"
PROPERTIES = "tests/rust/tests/properties.rs"

loader = importlib.machinery.SourceFileLoader("traceability", str(SCRIPT))
traceability = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
sys.modules[loader.name] = traceability
loader.exec_module(traceability)


def test_nothing_is_wrong():
    run = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("target", "corpus", "__pycache__", "node_modules", "*.so")
    for folder in ["docs", "scripts", "tests", "iapt-core", "iapt-py", "iapt-c", "examples"]:
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    shutil.copy(ROOT / "Cargo.lock", root)
    assert traceability.faults(root) == []
    return root


def lines_with(pattern):
    """A change that leaves out the lines with a pattern."""
    return lambda text: "".join(line for line in text.splitlines(keepends=True) if not re.search(pattern, line))


def first(old, new):
    return lambda text: text.replace(old, new, 1)


def added(line):
    return lambda text: f"{line}\n{text}"


# In Rust, so that no line here is a marker itself.
RULE = "// Rule {}: A rule. Source: " + "nowhere."

PLANTED = {
    "page out of date": (f"{PAGES}/traceability.md", first("## Caseness", "## Case"), "is out of date"),
    "rule reworded": (MEASURE, first("at or above the caseness threshold", "above it"), "is out of date"),
    "rule without test": (MEASURE, added(RULE.format("CASENESS-99")), "no test proves CASENESS-99"),
    "rule twice": (MEASURE, added(RULE.format("CASENESS-2")), "CASENESS-2 is defined at"),
    "rule of no subject": (MEASURE, added(RULE.format("NONSENSE-1")), "NONSENSE-1 is of no subject"),
    "rule without source": (MEASURE, added("// Rule CASENESS-99: A rule."), "not in the form of a marker"),
    "rule that is gone": (MEASURE, lines_with("Rule CASENESS-1:"), "there is no rule CASENESS-1"),
    "test of an unknown rule": (PROPERTIES, first("Proves CASENESS-1", "Proves CASENESS-98"), "no rule CASENESS-98"),
    "test badly marked": (PROPERTIES, first("Proves CASENESS-1.", "Proves CASENESS-1 and more"), "not in the form"),
    "hazard names an unknown rule": (HAZARDS, first("| SCORE-1 |", "| SCORE-77 |"), "there is no rule SCORE-77"),
    "hazard names an unknown test": (HAZARDS, first("::one_referral_at_a_time", "::none"), "whole_space.rs::none"),
    "hazard names an unknown place": (
        HAZARDS,
        first("measure.rs::Measure::case", "measure.rs::Measure::cases"),
        "cases",
    ),
    "control without proof": (HAZARDS, first("| SCORE-1 |", "| it is obvious |"), "a control has no proof"),
    "control without place": (HAZARDS, first("| `iapt-core/src/score.rs::Score` |", "| |"), "a control stands nowhere"),
    "hazard without controls": (HAZARDS, first(traceability.CONTROLS, "| a | b | c |"), "has no controls"),
    "wrong rating": (
        HAZARDS,
        first("Considerable x Low = 2", "Considerable x Low = 1"),
        "is not what the matrix gives",
    ),
    "no residual risk": (HAZARDS, first("**Residual risk.**", "**Risk.**"), "needs an initial and a residual risk"),
    "page names an unknown rule": (f"{PAGES}/limits.md", first("MEASURE-12", "MEASURE-99"), "no rule MEASURE-99"),
    "page names an unknown test": (f"{PAGES}/verification.md", first("::main", "::nothing"), "::nothing"),
    "test renamed": ("tests/rust/tests/whole_space.rs", first("fn one_referral_at", "fn two_at"), "one_referral_at"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_planted_faults_are_found(fault, copy):
    path, change, expected = PLANTED[fault]
    before = (copy / path).read_text("utf-8")
    assert change(before) != before
    (copy / path).write_text(change(before), "utf-8")
    try:
        found = traceability.faults(copy)
    finally:
        (copy / path).write_text(before, "utf-8")
    assert any(expected in text for text in found), found


def test_every_language_proves_rules(copy):
    markers = traceability.Markers(copy)
    languages = {proof.place.language for proof in markers.proofs}
    assert languages == set(traceability.LANGUAGES.values())
    assert len(markers.rules) > 100
    assert all(proof.place.symbol or proof.place.path.endswith("measures.sql") for proof in markers.proofs)


def test_hazards_have_their_rules_and_ratings(copy):
    hazards = traceability.read_hazards((copy / HAZARDS).read_text("utf-8"))
    assert [hazard.id for hazard in hazards] == [f"H{n + 1}" for n in range(len(hazards))]
    assert {f"MEASURE-{n}" for n in range(1, 12)} <= set(hazards[0].rules), "a series stands for each of its rules"
    assert all(len(hazard.ratings) == 2 and len(hazard.controls) > 1 for hazard in hazards)
    page = (copy / PAGES / "traceability.md").read_text("utf-8")
    assert all(f"| {hazard.title} | {hazard.ratings[0][0]} |" in page for hazard in hazards)


@pytest.mark.parametrize(
    ("lines", "suffix", "name"),
    [
        (
            ["impl<'m> Pair<'m> {", "    // X", "    #[must_use]", "    pub const fn change(&self) {"],
            ".rs",
            "Pair::change",
        ),
        (["impl fmt::Display for Text {", "    fn fmt() {", "        // X", "        write();"], ".rs", "Text::fmt"),
        (["pub static TABLE: &[u8] = &[", "    // X", "    1,", "];"], ".rs", "TABLE"),
        (["@cases", "# X", "def test_it(row):"], ".py", "test_it"),
        (["# X", "@cases(", "def test_it(row):"], ".py", "test_it"),
        (["/* X */", "static void test_it(void)"], ".c", "test_it"),
        (["// X", "void check_it(const std::vector<Row> &rows,"], ".cpp", "check_it"),
        (["-- X", "create or replace temp table joined as"], ".sql", "joined"),
    ],
)
def test_what_a_marker_stands_at(lines, suffix, name):
    at = next(at for at, line in enumerate(lines) if " X" in line)
    assert traceability.symbol(lines, at, at + 1, suffix) == name
