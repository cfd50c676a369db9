"""Spark's rows on their way to the functions of the package and back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from importlib import import_module
from typing import Any

from ._errors import IaptError
from ._iapt import rates_from_counts
from ._places import placed
from ._report import tallies
from ._sessions import TABLES, Derived, derive

Work = Callable[..., Any]
Task = Callable[[Iterable[Any]], Iterator[Any]]
Options = Mapping[str, Any]
Names = Mapping[str, Mapping[str, str]]
"""From tables to the names that the derivation knows to those of their columns."""

RECORD_IDS = {
    "contacts": "contact_id",
    "scores": "score_id",
    "complaints": "complaint_id",
    "internet_therapy": "log_id",
}


def column(name: str) -> Any:
    """A column by its name, whatever characters that has."""
    return import_module("pyspark.sql.functions").col("`" + name.replace("`", "``") + "`")


def columns_of(known: Mapping[str, str]) -> list[str]:
    """The columns that the derivation knows, once each."""
    return list(dict.fromkeys(known.values()))


def arrow_schema(schema: Any) -> Any:
    return import_module("pyspark.sql.pandas.types").to_arrow_schema(schema)


def spark_schema(schema: Any) -> Any:
    return import_module("pyspark.sql.pandas.types").from_arrow_schema(schema)


def empty(frame: Any) -> Any:
    """An Arrow table with the columns of a DataFrame, without rows: what is made of it tells what Spark will make."""
    return arrow_schema(frame.schema).empty_table()


def with_new(frame: Any, made: Any) -> Any:
    """The schema of a DataFrame with the new columns that an Arrow schema has after its own."""
    new = [made.field(at).with_nullable(True) for at in range(len(frame.columns), len(made))]
    types = import_module("pyspark.sql.types")
    return types.StructType([*frame.schema.fields, *spark_schema(import_module("pyarrow").schema(new)).fields])


def group(frame: Any, name: str) -> Any:
    """A column to group by, NaN as null: they are one group."""
    functions = import_module("pyspark.sql.functions")
    if frame.schema[name].dataType.typeName() in ("double", "float"):
        return functions.when(~functions.isnan(column(name)), column(name)).alias(name)
    return column(name)


def mapped(frame: Any, work: Work, schema: Any) -> Any:
    """A DataFrame after work on each batch. Columns go as one struct: `mapInArrow` takes none with dots in its name."""
    struct = import_module("pyspark.sql.functions").struct([column(name) for name in frame.columns])
    return frame.select(struct.alias("row")).mapInArrow(by_batch(work), schema)


def grouped(tables: Mapping[str, Any], known: Names) -> Any:
    """All tables in one, a struct each, of which one is given in a row: those of a pathway together and in order."""
    functions = import_module("pyspark.sql.functions")

    def tagged(name: str, frame: Any) -> Any:
        struct = functions.struct([column(n) for n in frame.columns])
        return frame.select(key(frame, known[name]["pathway_id"]).alias("key"), struct.alias(name))

    parts = [tagged(name, frame) for name, frame in tables.items()]
    rows = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), parts)
    order = [functions.col(name).getField(n) for name in tables for n in columns_of(known[name])]
    return rows.repartition("key").sortWithinPartitions("key", *order).drop("key")


def key(frame: Any, name: str) -> Any:
    """The same text for the same pathway, be its identifier a text, a whole number or, for a gap, a float."""
    whole = frame.schema[name].dataType.typeName() in ("double", "float")
    return (column(name).cast("bigint") if whole else column(name)).cast("string")


def findings_schema(tables: Mapping[str, Any], known: Names) -> Any:
    arrow = import_module("pyarrow")
    ids = {empty(frame).schema.field(known[name]["pathway_id"]).type for name, frame in tables.items()}
    text = arrow.string()
    pathway = ids.pop() if len(ids) == 1 else text
    fields = {"table": text, "row": arrow.int64(), "pathway_id": pathway, "kind": text, "message": text}
    return arrow.schema(fields | {"record_id": text})


def tallies_schema(referrals: Any, names: list[str]) -> Any:
    """Columns of the referrals and tallies, by their numbers: a column to group by may have any name."""
    types = import_module("pyspark.sql.types")
    kinds = [*(referrals.schema[name].dataType for name in names), types.BinaryType()]
    return types.StructType([types.StructField(str(at), kind) for at, kind in enumerate(kinds)])


def in_one_place(tallied: Any, groups: list[str]) -> tuple[Any, list[bytes]]:
    """What `tallies_of` has made on all executors: an Arrow table of the groups, and a tally for each of its rows.

    Groups are in the order of their first pathways, as they are in a table that is in the order of its pathways; the
    identifiers of these stay with the executors.
    """
    first = str(len(groups))
    table = tallied.repartition(1).sortWithinPartitions(first).drop(first).toArrow()
    values = table.select(list(range(len(groups)))).rename_columns(groups)
    return values, table.column(len(groups)).to_pylist()


# On the executors: batches in, batches out.


def by_batch(work: Work) -> Task:
    """Work on batch after batch."""

    def task(batches: Iterable[Any]) -> Iterator[Any]:
        batch_of, before = import_module("pyarrow").RecordBatch, 0
        for batch in batches:
            rows = batch_of.from_struct_array(batch.column(0))
            made = told(work, before, rows)
            # All alike: whether a column may have nulls is not to depend on whether this batch has some.
            yield batch_of.from_arrays(made.columns, made.schema.names)
            before += rows.num_rows

    return task


def by_partition(work: Work) -> Task:
    """Work on the tables of a whole partition."""

    def task(batches: Iterable[Any]) -> Iterator[Any]:
        tables = split(batches)
        if tables:
            yield from told(work, 0, tables).to_batches()

    return task


def told(work: Work, before: int, given: Any) -> Any:
    """What the work gives; an error says where in the partition, of which so many rows came before."""
    # Each task has one processor.
    os.environ.setdefault("IAPT_THREADS", "1")
    try:
        return work(given)
    except IaptError as error:
        row = None if error.row is None else error.row + before
        partition = import_module("pyspark").TaskContext.get().partitionId()
        raise placed(error, row, f"row {row} of partition {partition}") from None


def split(batches: Iterable[Any]) -> dict[str, Any]:
    """The tables, from the rows that `grouped` has put together."""
    arrow = import_module("pyarrow")
    parts: dict[str, list[Any]] = {}
    for batch in batches:
        for name, rows in zip(batch.schema.names, batch.columns, strict=True):
            given = arrow.RecordBatch.from_struct_array(rows.filter(rows.is_valid()))
            parts.setdefault(name, []).append(given)
    return {name: arrow.Table.from_batches(batches) for name, batches in parts.items()}


def with_rates(counts: list[str], figures: list[str], groups: Any) -> Any:
    """The counts of groups with their rates."""
    arrow = import_module("pyarrow")
    rates = [rates_from_counts(row) for row in groups.select(counts).to_pylist()]
    columns = [arrow.array([row[name] for row in rates], arrow.float64()) for name in figures]
    return arrow.RecordBatch.from_arrays([*groups.columns, *columns], [*groups.schema.names, *figures])


def derived_of(options: Options, tables: Mapping[str, Any]) -> Derived:
    """What is derived of the tables that there are."""
    return derive(**dict.fromkeys(TABLES) | dict(tables), **options)


def referrals_of(options: Options, tables: Mapping[str, Any]) -> Any:
    return derived_of(options, tables).referrals


def findings_of(options: Options, known: Names, schema: Any, tables: Mapping[str, Any]) -> Any:
    """The findings, with the identifiers of the rows that they are about in place of their numbers."""
    arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    findings = derived_of(options, tables).findings
    parts = [schema.empty_table()]
    for name, table in tables.items():
        found = findings.filter(compute.equal(findings["table"], name))
        rows = table.take(found["row"])
        record = known[name].get(RECORD_IDS.get(name, ""))
        blank = arrow.nulls(len(found))
        new = {
            "row": blank,
            "pathway_id": rows[known[name]["pathway_id"]],
            "record_id": blank if record is None else rows[record],
        }
        columns = [new[n] if n in new else found[n] for n in schema.names]
        parts.append(arrow.table(columns, schema.names).cast(schema))
    return arrow.concat_tables(parts)


def tallies_of(options: Options, period: str, groups: list[str], pathway_id: str, tables: Mapping[str, Any]) -> Any:
    """A row for each group: its values, the identifier of its first pathway, and its tally."""
    arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    referrals = tables["referrals"]
    in_order = referrals.take(compute.sort_indices(referrals[pathway_id]))
    derived = derived_of(options, {**tables, "referrals": in_order})
    made = tallies(derived, period, groups)
    firsts = arrow.array([first for first, _ in made], arrow.int64())
    columns = derived.referrals.select([*groups, pathway_id]).take(firsts).columns
    columns.append(arrow.array([tally for _, tally in made], arrow.binary()))
    return arrow.table(columns, [str(at) for at in range(len(columns))])
