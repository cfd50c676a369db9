"""The package as a whole: documentation, types, errors, pickling, threads."""

import copy
import doctest
import inspect
import os
import pickle
import subprocess
import sys
import threading
import time
import types
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import iapt
from iapt import GAD7, MI, PHQ9, SPIN, WSAS, Change, Measure, Severity
from kinds import library

ROOT = Path(__file__).resolve().parents[2]
ITEMS = [3, 2, 2, 1, 2, 1, 1, 0, 0]
BIQ = Measure("BIQ", 0, 72, caseness_threshold=20, reliable_change=5, purpose="body image")


def test_the_example_of_the_interface():
    s = PHQ9.score(ITEMS)
    assert (int(s), s.total, s.imputed, s.severity, s.is_case, s.self_harm) == (
        12,
        12,
        0,
        Severity.MODERATE,
        True,
        False,
    )
    facts = (PHQ9.caseness_threshold, PHQ9.reliable_change, PHQ9.min_score, PHQ9.max_score, PHQ9.name)
    assert facts == (10, 6, 0, 27, "PHQ-9")
    assert PHQ9.change(18, 9) is Change.RELIABLE_IMPROVEMENT
    o = iapt.outcome(phq9=(18, 9), anxiety=(SPIN, 41, 15))
    assert (o.recovery, o.reliable_recovery, o.flags) == (True, True, 155)
    assert "SPIN" in o.explain()


def test_facts_are_properties():
    properties = [name for name, value in vars(iapt.Outcome).items() if inspect.isgetsetdescriptor(value)]
    assert set(iapt.FACTS) <= set(properties)
    for bit, fact in enumerate(iapt.FACTS):
        flags = [iapt.outcome(phq9=(18, 9), gad7=(14, 6)), iapt.outcome(phq9=(9, 15), gad7=(7, 7))]
        assert [getattr(one, fact) for one in flags] == [bool(one.flags >> bit & 1) for one in flags]


# Proves MEASURE-12, MEASURE-14.
def test_measures():
    assert list(iapt.MEASURES) == ["PHQ9", "GAD7", "SPIN", "MI", "OCI", "PCL5", "IESR", "PDSS", "HAI", "PSWQ", "WSAS"]
    for name, measure in iapt.MEASURES.items():
        assert getattr(iapt, name) is measure
        assert measure.id == name
        assert measure.verified == (name in ("PHQ9", "GAD7"))
        assert measure.source and measure.purpose
        again = measure.replace()
        assert not again.verified and (again == measure) != measure.verified
        assert again == measure.replace() and hash(again) == hash(measure) and again.id is None
    with pytest.raises(TypeError):
        iapt.MEASURES["X"] = PHQ9
    assert (MI.caseness_threshold, MI.case_when) == (Decimal("2.3"), "above")
    assert iapt.PSWQ.reversed_items == (0, 2, 7, 9, 10)
    assert WSAS.caseness_threshold is None
    third = Measure("thirds", 0, 3, reliable_change=Fraction(1, 3))
    assert third.reliable_change == Fraction(1, 3) and not third.whole_scores
    with pytest.raises(iapt.MeasureError) as caught:
        PHQ9.replace(reliable_change=0)
    assert (caught.value.code, caught.value.field) == ("INVALID_MEASURE", "reliable_change")
    for wrong in [{"case_when": "below"}, {"items": 3}, {"nonsense": 1}, {"min_score": "0"}, {"max_score": True}]:
        with pytest.raises((TypeError, ValueError)):
            PHQ9.replace(**wrong)


def test_enums():
    assert [member.name for member in Severity] == ["MINIMAL", "MILD", "MODERATE", "MODERATELY_SEVERE", "SEVERE"]
    assert all(member.value == member.name.lower() for enum in (Severity, Change) for member in enum)
    with pytest.raises(TypeError):
        assert Severity.MILD < Severity.SEVERE


def test_enums_after_a_second_import():
    code = """
import sys, iapt
old = iapt.Severity
for name in [name for name in sys.modules if name.partition(".")[0] == "iapt"]:
    del sys.modules[name]
import iapt
assert iapt.Severity is old and iapt.PHQ9.severity(12) is iapt.Severity.MODERATE
"""
    subprocess.run([sys.executable, "-c", code], check=True)


WIDE = [
    ("items", lambda n: Measure("x", 0, 9, items=n, answers=(0, 3))),
    ("answers", lambda n: Measure("x", 0, 9, items=3, answers=(0, n))),
    ("reversed_items", lambda n: Measure("x", 0, 9, items=3, answers=(0, 3), reversed_items=[n])),
    ("self_harm_item", lambda n: Measure("x", 0, 9, items=3, answers=(0, 3), self_harm_item=n)),
    ("decimals", lambda n: iapt.rate_from_counts(1, 2, decimals=n)),
    ("decimals", lambda n: iapt.effect_size(1, 2, 3, decimals=n)),
]


@pytest.mark.parametrize("number", [300, -1, 10**30])
@pytest.mark.parametrize(("field", "call"), WIDE)
def test_numbers_beyond_a_byte(field, call, number):
    assert error_of(lambda: call(number)).field == field
    with pytest.raises(TypeError):
        call("3")


@pytest.mark.parametrize("pair", ["18", b"18", bytearray(b"18")])
def test_texts_are_no_pairs(pair):
    for given in [{"phq9": pair}, {"phq9": (1, 1), "gad7": pair}, {"phq9": (1, 1), "anxiety": pair + pair[:1]}]:
        with pytest.raises(TypeError):
            iapt.outcome(**given)


@pytest.mark.parametrize("missing", [None, float("nan"), Decimal("NaN")])
# Proves MISSING-6, CASENESS-2.
def test_missing(missing):
    assert iapt.outcome(phq9=(18, missing), gad7=(14, 6)).flags == 2
    assert PHQ9.is_case(missing) is None and PHQ9.change(missing, 3) is None
    assert PHQ9.score([missing, *ITEMS[1:]]).imputed == 1


def test_missing_of_pandas():
    test_missing(library("pandas").NA)
    test_missing(library("numpy").float32("nan"))


# Proves SCORE-1.
def test_numbers_of_every_type():
    np = library("numpy")
    for nine in [9, 9.0, Decimal("9.00"), Fraction(18, 2), np.int8(9), np.uint64(9), np.float32(9), np.float16(9)]:
        assert iapt.outcome(phq9=(18, nine), gad7=[14, 6]).flags == 155
    for tenths in [2.27, Decimal("2.27"), Fraction(227, 100), np.float64(2.27), np.float32(2.27)]:
        assert MI.change(3.00, tenths) is Change.RELIABLE_IMPROVEMENT
    assert MI.is_case(2.3) is False and MI.is_case(2.3000001) is True


SECRET = [28, -1, 10**30, -(10**30), 12.5, float("inf"), 1e300, 5e-324, Decimal("1e400"), Fraction(10**40, 3)]


@pytest.mark.parametrize("value", SECRET)
# Proves FINDING-3, SCORE-2.
def test_errors_never_tell_the_value(value):
    calls = [
        lambda: iapt.outcome(phq9=(value, 1), gad7=(1, 1)),
        lambda: iapt.outcome(phq9=(1, 1), gad7=(1, 1), anxiety=(WSAS.replace(caseness_threshold=9), value * 3, 1)),
        lambda: PHQ9.is_case(value),
        lambda: PHQ9.score([value, *ITEMS[1:]]),
    ]
    for call in calls:
        with pytest.raises(iapt.IaptError) as caught:
            call()
        assert str(value) not in str(caught.value)
        assert "from 0 to" in str(caught.value)
        assert caught.value.code in ("OUT_OF_RANGE", "NOT_WHOLE", "NOT_A_NUMBER", "ITEM_OUT_OF_RANGE")


@pytest.mark.parametrize("value", ["18", b"18", True, [], object(), 1j, {}])
def test_other_types(value):
    for call in [
        lambda: iapt.outcome(phq9=(value, 1), gad7=(1, 1)),
        lambda: PHQ9.is_case(value),
        lambda: PHQ9.score([value, *ITEMS[1:]]),
        lambda: iapt.rate_from_counts(value, 3),
        lambda: iapt.disclose([value]),
    ]:
        with pytest.raises(TypeError) as caught:
            call()
        assert "18" not in str(caught.value)
    for items in ["012012012", b"012012012", {1, 2}, 5, None]:
        with pytest.raises(TypeError):
            PHQ9.score(items)


def test_numpy_booleans_are_no_scores():
    np = library("numpy")
    with pytest.raises(TypeError):
        PHQ9.is_case(np.True_)


def error_of(call):
    with pytest.raises(iapt.IaptError) as caught:
        call()
    return caught.value


ERRORS = [
    (iapt.ScoreError, "OUT_OF_RANGE", lambda: PHQ9.is_case(28)),
    (iapt.ItemError, "ITEM_OUT_OF_RANGE", lambda: PHQ9.score([*ITEMS[:8], -1])),
    (iapt.ItemError, "NO_ITEMS", lambda: BIQ.score([1])),
    (iapt.MeasureError, "NO_THRESHOLD", lambda: iapt.outcome(phq9=(1, 1), anxiety=(WSAS, 1, 1))),
    (iapt.MeasureError, "NO_THRESHOLD", lambda: iapt.outcome(phq9=(1, 1), anxiety=("BIQ", 1, 1))),
    (iapt.CountsError, "INCONSISTENT_COUNTS", lambda: iapt.rate_from_counts(2, 1)),
    (iapt.CountsError, "OUT_OF_RANGE", lambda: iapt.rate_from_counts(-1, 1)),
    (iapt.CountsError, "OUT_OF_RANGE", lambda: iapt.disclose([2**64])),
    (iapt.CountsError, "TOO_LARGE", lambda: iapt.disclose([2**64 - 1, 1])),
    (iapt.CountsError, "INVALID_SD", lambda: iapt.effect_size(1, 1, 0)),
]


@pytest.mark.parametrize(("kind", "code", "call"), ERRORS)
# Proves MEASURE-13, MEASURE-15, RATE-6.
def test_errors(kind, code, call):
    error = error_of(call)
    assert type(error) is kind and isinstance(error, ValueError) and error.code == code
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and str(again) == str(error) and vars(again) == vars(error)


OBJECTS = [
    PHQ9,
    MI,
    BIQ,
    PHQ9.replace(name="PHQ-9, local", caseness_threshold=12),
    Severity.MILD,
    Change.NO_RELIABLE_CHANGE,
    PHQ9.score(ITEMS),
    PHQ9.score([*ITEMS[:8], None]),
    MI.score([1, 2, 2]),
    iapt.outcome(phq9=(18, 9), gad7=(14, None)),
    iapt.outcome(phq9=(Decimal(18), 9.0), gad7=(14, 6), anxiety=(BIQ, 30, 3)),
    iapt.outcome(phq9=(18, 9), anxiety=(MI, 3.5, Fraction(7, 3))),
    iapt.SUPPRESSED,
    iapt.disclose([3, 12, 48]),
]


@pytest.mark.parametrize("thing", OBJECTS, ids=repr)
def test_pickling_and_copying(thing):
    for again in [pickle.loads(pickle.dumps(thing)), copy.copy(thing), copy.deepcopy(thing)]:
        assert again == thing and hash(again) == hash(thing) and repr(again) == repr(thing)
    assert thing != "something else"
    if thing is PHQ9 or thing is iapt.SUPPRESSED or isinstance(thing, Severity):
        assert pickle.loads(pickle.dumps(thing)) is thing


def test_equality_is_that_of_numbers():
    assert iapt.outcome(phq9=(18, 9), gad7=(14, 6)) == iapt.outcome(phq9=(18.0, Decimal("9.0")), gad7=(14, 6))
    assert iapt.outcome(phq9=(18, 9), gad7=(14, 6)) != iapt.outcome(phq9=(18, 9), gad7=(14, 5))
    assert PHQ9.score(ITEMS) == PHQ9.score(tuple(ITEMS)) != PHQ9.score([*ITEMS[:8], 1])


def test_reprs():
    one = iapt.outcome(phq9=(18, 9), gad7=(14, 6))
    assert repr(one) == "Outcome(paired, caseness, recovery, reliable_improvement, reliable_recovery)"
    assert not set("0123456789") & set(one._repr_html_().replace("th>", "").replace("td>", ""))
    assert repr(GAD7) == "iapt.GAD7" and repr(iapt.SUPPRESSED) == str(iapt.SUPPRESSED) == "*"
    assert eval(repr(BIQ), {"Measure": Measure}) == BIQ.replace(purpose="")
    assert "total=5/3" in repr(MI.score([1, 2, 2]))


# Proves ANXIETY-2, ANXIETY-5.
def test_scores_of_an_outcome():
    one = iapt.outcome(phq9=(18, None), gad7=(14, 6), anxiety=(MI, 2.5, 2))
    assert one.phq9_scores == (18, None) and one.anxiety_scores == (Decimal("2.5"), 2)
    assert one.anxiety_measure is MI and one.phq9_change is None and one.anxiety_change is Change.NO_RELIABLE_CHANGE
    unpaired = iapt.outcome(phq9=(18, 9), gad7=(14, 6), anxiety=(MI, 2.5, None))
    assert unpaired.anxiety_measure is GAD7 and unpaired.anxiety_scores == (14, 6)
    assert int(MI.score([2, 2])) == 2 and float(MI.score([1, 2])) == 1.5
    assert error_of(lambda: int(MI.score([1, 2]))).code == "NOT_WHOLE"


# Proves TARGET-1, EDITION-1.
def test_disclosure_and_constants():
    table = iapt.disclose([3, 12, 48])
    assert table.groups == (iapt.SUPPRESSED, iapt.SUPPRESSED, 50) and table.total == 65
    counts = dict.fromkeys(iapt.FACTS, 0) | {"finished": 1}
    assert iapt.rates_from_counts(types.MappingProxyType(counts)) == iapt.rates_from_counts(counts)
    assert table == iapt.disclose([3, 12, 48]) != iapt.disclose([30])
    assert dict(iapt.TARGETS) == {"recovery": 50, "reliable_improvement": 67, "reliable_recovery": 48}
    assert iapt.EDITION and iapt.__version__.count(".") == 2


def public():
    for name in iapt.__all__:
        thing = getattr(iapt, name)
        if inspect.isroutine(thing) or inspect.isclass(thing):
            yield name, thing
        if inspect.isclass(thing) and thing.__module__ == "iapt":
            for inner, member in vars(thing).items():
                if not inner.startswith("_") and not isinstance(member, str | int):
                    yield f"{name}.{inner}", member


def test_everything_public_is_documented():
    names = dict(public())
    assert len(names) > 60
    # Documented with an exception class at once: their attributes; and the enums' members.
    own = [name for name, thing in names.items() if not (inspect.getdoc(thing) or "").strip()]
    assert own == []


def test_examples_in_docstrings():
    library("polars")
    ran = failed = 0
    finder, runner = (
        doctest.DocTestFinder(recurse=False),
        doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL),
    )
    for name, thing in [("iapt", iapt), *public()]:
        text = inspect.getdoc(thing) or ""
        if ">>>" in text:
            test = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
            ran += len(test.examples)
            failed += runner.run(test).failed
    assert finder and ran > 40 and failed == 0


def test_examples_in_the_readme():
    library("polars")
    result = doctest.testfile(str(ROOT / "iapt-py" / "README.md"), module_relative=False)
    assert result.attempted > 5 and result.failed == 0


@pytest.mark.skipif(sys.version_info < (3, 11), reason="as the package")
def test_types():
    library("mypy")
    here = ROOT / "tests" / "python"
    settings = str(here / "mypy.ini")
    stubs = ["mypy.stubtest", "iapt", "--mypy-config-file", settings]
    usage = ["mypy", "--strict", "--config-file", settings, str(here / "typed_usage.py")]
    for command in [stubs, usage]:
        run = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr


def test_nothing_is_imported_that_the_user_has_not():
    libraries = {"numpy", "pandas", "polars", "pyarrow"}
    code = f"import sys, iapt; iapt.outcome(phq9=(1, 2)); print(sorted({libraries} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_interpreter_is_free_meanwhile():
    """Another thread goes on while a large frame is worked on."""
    np, pa = library("numpy"), library("pyarrow")
    scores = pa.array(np.full(20_000_000, 5, dtype=np.int64))
    table = pa.table(dict.fromkeys(["phq9_first", "phq9_last", "gad7_first", "gad7_last"], scores))
    out, ticks, done = bytearray(len(table)), [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    iapt.outcome_flags(table, out=out)
    end = time.perf_counter()
    done.set()
    thread.join()
    assert sum(start < at < end for at in ticks) > 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_works(monkeypatch):
    pa = library("pyarrow")
    monkeypatch.setenv("IAPT_THREADS", "2")
    table = pa.table(
        dict.fromkeys(["phq9_first", "phq9_last", "gad7_first", "gad7_last"], pa.array([5] * 300_000, "int8"))
    )
    assert iapt.outcome_flags(table)[0] == 69
    child = os.fork()
    if child == 0:
        os._exit(0 if iapt.outcome_flags(table)[-1] == 69 else 1)
    assert os.waitpid(child, 0)[1] == 0
