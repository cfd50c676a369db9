"""polars LazyFrames: the same results as of the collected frame, computed part by part."""

import pytest

import iapt
import small_service
from conftest import ROOT
from kinds import library

pl = library("polars")
CASELOAD = ROOT / "examples" / "data" / "caseload.csv"
ENGINES = ["in-memory", "streaming"]
every_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """So that the streaming engine has several."""
    with pl.Config() as config:
        config.set_streaming_chunk_size(500)
        yield


def caseload():
    return pl.read_csv(CASELOAD)


@every_engine
def test_outcomes(engine):
    """Their schema is known before anything is read."""
    expected = iapt.outcomes(caseload())
    lazy = iapt.outcomes(pl.scan_csv(CASELOAD))
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect_schema() == expected.schema
    assert lazy.collect(engine=engine).equals(expected)
    kept = lazy.filter(pl.col("provider") == "Provider A").select("referral_id", "recovery")
    assert kept.collect(engine=engine).equals(expected.filter(provider="Provider A").select("referral_id", "recovery"))


def test_parts(monkeypatch):
    """The streaming engine gives its parts one by one."""
    lengths = []
    outcomes = iapt._arrow.Polars.outcomes

    def counted(self, plan):
        lengths.append(len(self))
        return outcomes(self, plan)

    monkeypatch.setattr(iapt._arrow.Polars, "outcomes", counted)
    frame = pl.concat([caseload()] * 5, rechunk=True)
    made = iapt.outcomes(frame.lazy()).collect(engine="streaming")
    assert len(lengths) > 10 and max(lengths) < len(frame) and sum(lengths) == len(frame)
    monkeypatch.undo()
    assert made.equals(iapt.outcomes(frame))


def test_sinks(tmp_path):
    iapt.outcomes(pl.scan_csv(CASELOAD)).sink_parquet(tmp_path / "outcomes.parquet")
    assert pl.read_parquet(tmp_path / "outcomes.parquet").equals(iapt.outcomes(caseload()))


@every_engine
@pytest.mark.parametrize("by", [None, "provider", ["provider", "finished_course"]])
def test_rates(engine, by):
    expected = iapt.rates(iapt.outcomes(caseload()), by=by)
    lazy = iapt.rates(iapt.outcomes(pl.scan_csv(CASELOAD)), by=by)
    assert lazy.collect_schema() == expected.schema
    assert lazy.collect(engine=engine).equals(expected)


@every_engine
def test_scores(engine):
    items = [f"q{n}" for n in range(1, 10)]
    frame = pl.DataFrame({name: [at % 4 if at % 11 else None for at in range(3000)] for name in items})
    expected = iapt.score(frame, "PHQ9", items=items)
    lazy = iapt.score(frame.lazy(), "PHQ9", items=items)
    assert lazy.collect_schema() == expected.schema
    assert lazy.collect(engine=engine).equals(expected)
    with pytest.raises(iapt.ItemError) as caught:
        iapt.score(frame.with_columns(q3=9).lazy(), "PHQ9", items=items).collect(engine="in-memory")
    assert (caught.value.field, caught.value.row, caught.value.item) == ("q3", 0, 2)


@every_engine
def test_errors_name_the_row_of_the_whole_frame(engine):
    frame = caseload().with_columns(row=pl.int_range(pl.len()))
    bad = frame.with_columns(gad7_last=pl.when(pl.col("row") == 5432).then(99).otherwise("gad7_last"))
    with pytest.raises(iapt.ScoreError) as caught:
        iapt.outcomes(bad.lazy()).collect(engine=engine)
    assert (caught.value.code, caught.value.field, caught.value.row) == ("OUT_OF_RANGE", "gad7_last", 5432)
    assert str(caught.value) == "gad7_last, row 5432: must be a whole number from 0 to 21"


def test_names_are_checked_at_once():
    lazy = pl.scan_csv(CASELOAD)
    with pytest.raises(iapt.FrameError) as caught:
        iapt.outcomes(lazy.drop("gad7_last"))
    assert (caught.value.code, caught.value.field) == ("MISSING_COLUMN", "gad7_last")
    with pytest.raises(iapt.FrameError):
        iapt.rates(lazy)


@every_engine
def test_no_rows(engine):
    assert iapt.outcomes(caseload().clear().lazy()).collect(engine=engine).equals(iapt.outcomes(caseload().clear()))


def test_flags():
    assert iapt.outcome_flags(pl.scan_csv(CASELOAD)) == iapt.outcome_flags(caseload())


def test_derive_and_report():
    """LazyFrames are collected, once each."""
    expected = small_service.derived(pl)
    frames = {name: pl.DataFrame(rows).lazy() for name, rows in small_service.rows().items()}
    derived = iapt.derive(**frames, progress=False)
    assert derived.referrals.equals(expected.referrals)
    assert derived.findings.equals(expected.findings)
    reports = [iapt.report(one, "2024-25", by="provider", progress=False) for one in (derived, expected)]
    assert reports[0].to_dicts() == reports[1].to_dicts()
    assert isinstance(reports[0].wide(), pl.DataFrame)
