"""Outcomes, rates and derived referrals of Spark DataFrames, computed by the executors.

Rows travel as Arrow batches, only `Derived.collect` brings them to the driver, and every schema is known before
anything runs. It needs `pip install 'iapt[spark]'` on the driver, and pyarrow and the same iapt on the executors.

What is wrong with a value is known only when Spark runs: the query then ends with a `PythonException` whose text ends
with that of the `iapt.IaptError`, such as `iapt.ScoreError: gad7_last, row 12 of partition 3: must be a whole number
from 0 to 21`. What is wrong with names of columns is raised at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from . import _frames, _report, _sessions
from ._frames import plain
from ._iapt import ArrowStream, Measure, RatesPlan, _report_of_tallies, _session_columns
from ._spark import (
    Names,
    Options,
    by_partition,
    column,
    columns_of,
    derived_of,
    empty,
    findings_of,
    findings_schema,
    group,
    grouped,
    in_one_place,
    mapped,
    referrals_of,
    spark_schema,
    tallies_of,
    tallies_schema,
    with_new,
    with_rates,
)

__all__ = ["Derived", "derive", "outcomes", "rates", "report"]


def outcomes(
    frame: Any,
    *,
    columns: Mapping[str, str] | None = None,
    names: str | None = None,
    measures: Mapping[str, Measure | str] | None = None,
) -> Any:
    """The DataFrame with the eight facts of each referral's outcome appended, as `iapt.outcomes` does.

    Args:
        frame: A Spark DataFrame.
        columns: As for `iapt.outcomes`.
        names: As for `iapt.outcomes`.
        measures: As for `iapt.outcomes`.

    Returns:
        A DataFrame, rows in the same order in the same partitions. All columns pass through Python: select those
        that you need before.

    Raises:
        FrameError: A column that is not there, or that the result would have twice.

    >>> import iapt.spark
    >>> scores = spark.createDataFrame([(18, 9, 14, 6)], ["phq9_first", "phq9_last", "gad7_first", "gad7_last"])
    >>> iapt.spark.outcomes(scores).select("recovery").collect()
    [Row(recovery=True)]
    """
    work = partial(_frames.outcomes, columns=plain(columns), names=names, measures=plain(measures))
    made = work(empty(frame))
    return mapped(frame, work, with_new(frame, made.schema))


def rates(outcomes: Any, by: str | Sequence[str] | None = None) -> Any:
    """Counts and rates of a service, or of each group of referrals, as `iapt.rates` does.

    Args:
        outcomes: A DataFrame with the eight facts; see `iapt.rates`.
        by: The columns to group by.

    Returns:
        A DataFrame with the columns of `iapt.rates`; groups are in no order, and NaN is grouped as null.

    Raises:
        FrameError: A column that is not there.

    >>> import iapt.spark
    >>> scores = spark.createDataFrame([(18, 9, 14, 6)], ["phq9_first", "phq9_last", "gad7_first", "gad7_last"])
    >>> iapt.spark.rates(iapt.spark.outcomes(scores)).select("finished", "recovery_rate").collect()
    [Row(finished=1, recovery_rate=100.0)]
    """
    functions = import_module("pyspark.sql.functions")
    groups = [by] if isinstance(by, str) else list(by or ())
    plan = RatesPlan(outcomes.columns, groups)
    needed = outcomes.select([column(name) for name in dict.fromkeys(plan.by + plan.facts)])
    work = partial(_frames.rates, by=groups)
    schema = with_new(needed.select([column(name) for name in groups]), work(empty(needed)).schema)
    parts = mapped(needed, work, schema)
    figures = [name for name in plan.outputs if name.endswith("_rate")]
    counts = [name for name in plan.outputs if name not in figures]
    sums = [functions.coalesce(functions.sum(name), functions.lit(0)).alias(name) for name in counts]
    summed = parts.groupBy([group(parts, name) for name in groups]).agg(*sums)
    return mapped(summed, partial(with_rates, counts, figures), schema)


class Derived:
    """Derived referrals, and what was odd in the data: made by `derive`.

    Attributes:
        referrals: A DataFrame with a row per pathway; as that of `iapt.Derived`, in no order.
        findings: A DataFrame with a row per finding: `table`, `row`, `pathway_id`, `kind` and `message`, as that of
            `iapt.Derived`, but that `row` is null, for Spark's rows have no numbers. In its place there is
            `record_id`: what the row has as contact_id, score_id, complaint_id or log_id, as a text. `pathway_id`
            is a text where the tables differ in its type.

    Both are computed anew by each action: persist one that is used several times.
    """

    def __init__(
        self, referrals: Any, findings: Any, tables: Mapping[str, Any], known: Names, options: Options
    ) -> None:
        self.referrals = referrals
        self.findings = findings
        self._tables, self._known, self._options = tables, known, options

    def collect(self, columns: Sequence[str] | None = None) -> _sessions.Derived:
        """The same derived by the driver, as an `iapt.Derived` of pyarrow tables: to explain, and for `iapt.report`.

        It brings all rows to the driver, of the columns that the derivation knows, as Arrow: `spark.driver.memory` and
        `spark.driver.maxResultSize` must allow it.

        Args:
            columns: Columns of the referrals to carry through; None for all.
        """
        tables = {}
        for name, frame in self._with(columns).items():
            tables[name] = frame.orderBy([column(n) for n in columns_of(self._known[name])]).toArrow()
        return derived_of(self._options, tables)

    def _with(self, columns: Sequence[str] | None) -> dict[str, Any]:
        """The tables with the columns that the derivation knows, and with these of the referrals or all."""
        tables = {}
        for name, frame in self._tables.items():
            carried = columns if name == "referrals" and columns is not None else frame.columns
            kept = dict.fromkeys([*columns_of(self._known[name]), *(n for n in carried if n in frame.columns)])
            tables[name] = frame.select([column(n) for n in kept])
        return tables

    def _tallied(self, period: str, groups: list[str]) -> Any:
        """A row for each group of each partition: see `tallies_of`."""
        pathway_id = self._known["referrals"]["pathway_id"]
        work = partial(tallies_of, self._options, period, groups, pathway_id)
        schema = tallies_schema(self.referrals, [*groups, pathway_id])
        return grouped(self._with(groups), self._known).mapInArrow(by_partition(work), schema)


def derive(
    referrals: Any,
    contacts: Any,
    scores: Any,
    complaints: Any = None,
    internet_therapy: Any = None,
    employment: Any = None,
    *,
    names: str | None = None,
    columns: Mapping[str, Any] | None = None,
    tools: Mapping[Any, str] | None = None,
    measures: Mapping[str, Measure] | None = None,
    as_at: Any = None,
) -> Derived:
    """Derives referrals from their sessions, as `iapt.derive` does, each partition of pathways in one call.

    Rows are brought together by their pathway (one shuffle). A partition is held in memory while it is derived; how
    large it is, Spark's settings for shuffles say. Rows of a pathway are taken in the order of their values, so that
    the result does not depend on partitions: where one identifier is used twice, the last in that order counts.

    Args:
        referrals: A Spark DataFrame, and so are the others; for their columns see `iapt.derive`.
        contacts: As for `iapt.derive`.
        scores: As for `iapt.derive`.
        complaints: As for `iapt.derive`.
        internet_therapy: As for `iapt.derive`.
        employment: As for `iapt.derive`.
        names: As for `iapt.derive`.
        columns: As for `iapt.derive`.
        tools: As for `iapt.derive`.
        measures: As for `iapt.derive`.
        as_at: As for `iapt.derive`.

    Returns:
        The derived referrals and the findings, as DataFrames that are computed when they are asked for.

    Raises:
        FrameError: A column that is needed and not there; `field` says which.

    >>> import iapt.spark
    >>> referrals = spark.createDataFrame([("P1", "2024-04-01")], ["pathway_id", "referral_date"])
    >>> contacts = spark.createDataFrame([("P1", "2024-05-01", 5, 2)], ["pathway_id", "date", "attendance", "type"])
    >>> scores = spark.createDataFrame([("P1", "2024-05-01", "PHQ-9", 18)], ["pathway_id", "date", "measure", "score"])
    >>> derived = iapt.spark.derive(referrals, contacts, scores)
    >>> derived.referrals.select("treatment_contacts", "phq9_first").collect()
    [Row(treatment_contacts=1, phq9_first=18)]
    """
    tables = (referrals, contacts, scores, complaints, internet_therapy, employment)
    given = {name: table for name, table in zip(_sessions.TABLES, tables, strict=True) if table is not None}
    renamed = _sessions.by_table(columns or {}, {name: frame.columns for name, frame in given.items()})
    known = {name: dict(_session_columns(name, frame.columns, renamed[name], names)) for name, frame in given.items()}
    options: dict[str, Any] = {"as_at": as_at, "progress": False}
    options |= {"names": names, "columns": renamed, "tools": plain(tools), "measures": plain(measures)}
    for name in given.keys() - {"referrals"}:
        given[name] = given[name].select([column(n) for n in columns_of(known[name])])
    made = derived_of(options, {name: empty(frame) for name, frame in given.items()})
    rows, found = grouped(given, known), findings_schema(given, known)
    return Derived(
        rows.mapInArrow(by_partition(partial(referrals_of, options)), with_new(referrals, made.referrals.schema)),
        rows.mapInArrow(by_partition(partial(findings_of, options, known, found)), spark_schema(found)),
        given,
        known,
        options,
    )


def report(
    derived: Derived,
    period: str | tuple[Any, Any] | Sequence[Any],
    by: str | Sequence[str] = (),
    *,
    disclosure: bool = True,
    national_total: bool = False,
    sd: Mapping[str, Any] | None = None,
) -> _report.Report:
    """The official measures for a period, by group and in total, as `iapt.report` makes them.

    The executors derive and count, each partition of pathways by itself. The driver gets counts alone, some kilobytes
    for each group in each partition, and makes the report of their sums: medians and disclosure control, too, look at
    nothing else. Groups are in the order of their first pathways. Each report derives anew: for several of a service
    that fits into memory collect once, and give that to `iapt.report`.

    Args:
        derived: Derived referrals.
        period: As for `iapt.report`.
        by: As for `iapt.report`.
        disclosure: As for `iapt.report`.
        national_total: As for `iapt.report`.
        sd: As for `iapt.report`.

    Returns:
        The report, in long form; `spark.createDataFrame(pyarrow.table(report))` makes a DataFrame of it.

    Raises:
        FrameError: A period or a column that is not known; `field` says which.

    >>> import iapt.spark
    >>> referrals = spark.createDataFrame([("P1", "2024-04-01")], ["pathway_id", "referral_date"])
    >>> contacts = spark.createDataFrame([("P1", "2024-05-01", 5, 2)], ["pathway_id", "date", "attendance", "type"])
    >>> derived = iapt.spark.derive(referrals, contacts, None)
    >>> figures = iapt.spark.report(derived, period="2024-25", disclosure=False).to_dicts()
    >>> [row["value"] for row in figures if row["measure_id"] == "M001"]
    [1.0]
    """
    groups = _report.groups_of(by, derived.referrals.columns)
    when = _report.period_text(period)
    inputs = list(derived._tables), _report.deviations(sd), _report.level(disclosure, national_total)
    # What is wrong with these is raised before Spark runs.
    _report_of_tallies([], when, None, *inputs)
    values, tallies = in_one_place(derived._tallied(when, groups), groups)
    data = _report_of_tallies(tallies, when, ArrowStream(values) if groups else None, *inputs)
    return _report.Report(data, groups, disclosure, _frames.adapt(values))
