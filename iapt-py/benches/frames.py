"""Time `iapt` on data frames and single referrals against what people write today (rivals.py).

    python frames.py [--rows 10000000] [--repeats 7]

First every contender must give the same facts and rates on a sample. Then contenders take turns within
each repeat, so that a drift of the machine hits all alike, and the median counts. Thread counts hold for a
whole process, so this runs itself twice: with one thread, then with all. Building the inputs is not timed,
nor is freeing the results. Libraries that are not installed are named and left out.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from statistics import median
from time import perf_counter_ns
from timeit import Timer
from typing import Any, NamedTuple

import numpy as np

import iapt
import rivals
from rivals import FACTS, RATES, SCORES, duckdb, numba, pa, pd, pl

SAMPLE = 200_000
PROVIDERS = [f"Provider {i:03}" for i in range(200)]
LIBRARIES = {"numpy": "np", "pandas": "pd", "polars": "pl", "pyarrow": "pa", "duckdb": "duckdb", "numba": "numba"}

# contenders, and what each gives
POLARS = "polars expressions -> frame + 8 columns"
SERIES = "pandas Series -> frame + 8 columns"
NUMPY = "numpy booleans -> 8 arrays"
DUCKDB = "DuckDB SQL -> Arrow table of 8 columns"
PYTHON = "plain Python, range checks -> frozen slotted dataclass"
POLARS_RATES, DUCKDB_RATES = "polars expressions and group_by", "DuckDB SQL and GROUP BY"
SCALAR = "one referral at a time"
# block, rival, how many times faster iapt should be with one thread
TARGETS = [
    ("polars Int8", POLARS, 4),
    ("polars Int64", POLARS, 2),
    ("pandas float64 with NaN", SERIES, 5),
    ("pandas float64 with NaN", NUMPY, 3),
    ("pyarrow int8", DUCKDB, 40),
    ("outcomes and rates by provider, polars categorical", POLARS_RATES, 5),
    ("outcomes and rates by provider, polars string", POLARS_RATES, 5),
    (SCALAR, PYTHON, 3),
]
SCALAR_NS = 250


class Data(NamedTuple):
    scores: list[np.ndarray]  # int8, in the order of SCORES
    missing: list[np.ndarray]  # bool
    provider: np.ndarray  # an index into PROVIDERS

    def head(self, n: int) -> Data:
        return Data([x[:n] for x in self.scores], [x[:n] for x in self.missing], self.provider[:n])

    def floats(self) -> list[np.ndarray]:
        return [np.where(m, np.nan, x) for x, m in zip(self.scores, self.missing)]

    def with_minus_one(self) -> list[np.ndarray]:
        return [np.where(m, np.int8(-1), x) for x, m in zip(self.scores, self.missing)]

    def pandas_float(self) -> pd.DataFrame:
        return pd.DataFrame(dict(zip(SCORES, self.floats())))

    def pandas_nullable(self) -> pd.DataFrame:
        columns = [pd.arrays.IntegerArray(x.astype(np.int64), m) for x, m in zip(self.scores, self.missing)]
        return pd.DataFrame(dict(zip(SCORES, columns)))

    def arrow(self, kind: str) -> pa.Table:
        columns = [pa.array(x, mask=m).cast(kind) for x, m in zip(self.scores, self.missing)]
        return pa.table(dict(zip(SCORES, columns)))

    def polars(self, dtype: Any, provider: Any = None) -> pl.DataFrame:
        columns = [pl.Series(c, x, dtype=pl.Int8) for c, x in zip(SCORES, self.with_minus_one())]
        frame = pl.DataFrame(columns).select(pl.when(pl.col(c) >= 0).then(pl.col(c)).cast(dtype) for c in SCORES)
        if provider is None:
            return frame
        names = pl.Series("provider", PROVIDERS, dtype=pl.String)
        return frame.insert_column(0, names.gather(pl.Series(self.provider)).cast(provider))


def make(n: int, seed: int = 20240401) -> Data:
    """n referrals whose scores fall over treatment, 2 % of each column missing."""
    rng = np.random.default_rng(seed)
    provider = rng.integers(len(PROVIDERS), size=n, dtype=np.uint32)
    scores = []
    for top, mean, sd in [(27, 14, 6), (21, 13, 5)]:
        first = np.clip(np.rint(rng.normal(mean, sd, n)), 0, top)
        last = np.clip(np.rint(first * 0.6 + rng.normal(0, 5, n)), 0, top)
        scores += [first.astype(np.int8), last.astype(np.int8)]
    return Data(scores, [rng.random(n) < 0.02 for _ in SCORES], provider)


class Block(NamedTuple):
    title: str
    runs: dict[str, Callable[[], Any]]  # iapt first
    per: int  # rows or calls in one run


def blocks(data: Data, threads: int) -> Iterator[Block]:
    """Inputs are built one after the other: together they would fill a small machine."""
    n = len(data.provider)
    to_byte, to_arrays = rivals.numba_kernels(threads > 1) if numba else (None, None)

    if pl:
        for name, dtype in {"Int8": pl.Int8, "Int64": pl.Int64}.items():
            frame = data.polars(dtype)
            runs = {"iapt": partial(iapt.outcomes, frame), POLARS: partial(rivals.polars_outcomes, frame)}
            if numba and name == "Int8":
                arrays = data.with_minus_one()
                runs["numba int8 arrays, -1 missing -> flags byte"] = partial(to_byte, *arrays)
                runs["numba int8 arrays, -1 missing -> 8 arrays"] = partial(to_arrays, *arrays)
            yield Block(f"polars {name}", runs, n)

    if pd:
        frame = data.pandas_float()
        runs = {
            "iapt": partial(iapt.outcomes, frame),
            SERIES: partial(rivals.pandas_float, frame),
            NUMPY: partial(rivals.numpy_outcomes, frame),
        }
        if numba:
            arrays = [frame[c].to_numpy() for c in SCORES]
            runs["numba float64 arrays -> flags byte"] = partial(to_byte, *arrays)
            runs["numba float64 arrays -> 8 arrays"] = partial(to_arrays, *arrays)
        yield Block("pandas float64 with NaN", runs, n)

        frame = data.pandas_nullable()
        runs = {"iapt": partial(iapt.outcomes, frame), SERIES: partial(rivals.pandas_nullable, frame)}
        yield Block("pandas Int64, nullable", runs, n)

    if pa:
        for kind in ["int8", "int64"]:
            table = data.arrow(kind)
            runs = {"iapt": partial(iapt.outcomes, table)}
            if duckdb:
                runs[DUCKDB] = partial(rivals.duckdb_outcomes, rivals.duckdb_connect(threads, table))
            yield Block(f"pyarrow {kind}", runs, n)

    if pl:
        for name, dtype in {"categorical": pl.Categorical, "string": pl.String}.items():
            frame = data.polars(pl.Int8, provider=dtype)
            runs = {"iapt": partial(iapt_rates, frame), POLARS_RATES: partial(rivals.polars_rates, frame)}
            if duckdb and pa:
                connection = rivals.duckdb_connect(threads, frame.to_arrow())
                runs[DUCKDB_RATES] = partial(rivals.duckdb_rates, connection)
            yield Block(f"outcomes and rates by provider, polars {name}", runs, n)

    if threads == 1:
        calls = min(n, 200_000)
        ours = Timer("outcome(phq9=(18, 9), gad7=(14, 6))", globals={"outcome": iapt.outcome})
        python = Timer("outcome(18, 9, 14, 6)", globals={"outcome": rivals.outcome})
        yield Block(SCALAR, {"iapt": partial(ours.timeit, calls), PYTHON: partial(python.timeit, calls)}, calls)


def iapt_rates(frame: pl.DataFrame) -> pl.DataFrame:
    return iapt.rates(iapt.outcomes(frame), by=["provider"])


def facts_of(result: Any) -> list[np.ndarray]:
    """A contender's facts as eight boolean arrays."""
    if isinstance(result, np.ndarray):  # flags bytes
        return [(result >> bit & 1).astype(bool) for bit in range(8)]
    columns = result if isinstance(result, tuple) else [result[fact] for fact in FACTS]
    return [np.asarray(column.to_numpy() if hasattr(column, "to_numpy") else column) for column in columns]


def rates_of(result: Any) -> dict[str, list]:
    rows = result.to_dicts() if hasattr(result, "to_dicts") else result.to_pylist()
    return {row["provider"]: [row[name] for name in ["finished", *FACTS, *RATES]] for row in rows}


def check(data: Data, threads: int) -> None:
    """Every contender against plain Python over the sample."""
    rows = list(zip(*(np.where(m, None, x).tolist() for x, m in zip(data.scores, data.missing))))
    facts = attrgetter(*FACTS)
    expected = np.array([facts(rivals.outcome(*row)) for row in rows]).T
    for row in rows[:5000]:
        one = iapt.outcome(phq9=row[:2], gad7=row[2:])
        assert facts(one) == facts(rivals.outcome(*row)), f"iapt.outcome differs on {row}"
    for block in blocks(data, threads):
        rates = None
        for name, run in block.runs.items():
            result, where = run(), f"{block.title}: {name} differs"
            if block.title == SCALAR:
                continue
            if "rates" in block.title:
                rates = rates or rates_of(result)  # those of iapt, which comes first
                assert rates_of(result) == rates, where
                counts = [sum(group[i] for group in rates.values()) for i in range(9)]
                assert counts == [len(rows), *expected.sum(axis=1)], where
                continue
            for fact, got, want in zip(FACTS, facts_of(result), expected, strict=True):
                assert got.dtype == bool and np.array_equal(got, want), f"{where} in {fact}"


def measure(block: Block, repeats: int) -> dict[str, float]:
    """Median ns per row or call of every contender."""
    times: dict[str, list[int]] = {name: [] for name in block.runs}
    for _ in range(repeats):
        for name, run in block.runs.items():
            gc.collect()
            start = perf_counter_ns()
            result = run()
            times[name].append(perf_counter_ns() - start)
            del result
    return {name: median(spent) / block.per for name, spent in times.items()}


def child(rows: int, repeats: int, threads: int) -> None:
    data = make(rows)
    check(data.head(SAMPLE), threads)
    for block in blocks(data, threads):
        print(json.dumps([block.title, measure(block, repeats)]), flush=True)


def run_with(rows: int, repeats: int, threads: int) -> dict[str, dict[str, float]]:
    """Run this file with so many threads, print its table and return the figures."""
    names = ["IAPT_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"]
    env = os.environ | dict.fromkeys(names, str(threads))
    command = [sys.executable, __file__, f"--rows={rows}", f"--repeats={repeats}", f"--threads={threads}"]
    found = {}
    print(f"\n{threads} thread{'s' * (threads > 1)}{'':<54}ns per row  time / iapt's")
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            title, times = json.loads(line)
            found[title] = times
            print(f"  {title}")
            for name, ns in times.items():
                print(f"    {name:<56}{ns:>12.2f}{ns / times['iapt']:>15.2f}", flush=True)
    if process.returncode:
        sys.exit(process.returncode)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--threads", type=int, help=argparse.SUPPRESS)  # given to the subprocesses
    args = parser.parse_args()
    if args.threads:
        return child(args.rows, args.repeats, args.threads)

    cores = os.cpu_count() or 1
    installed = {name: getattr(rivals, alias) for name, alias in LIBRARIES.items()}
    versions = [f"{name} {module.__version__}" for name, module in installed.items() if module]
    absent = [name for name, module in installed.items() if not module]
    print(f"{args.rows} rows, median of {args.repeats}; {platform.machine()}, {cores} CPUs")
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    print(f"left out, not installed: {', '.join(absent) or 'none'}")
    found = run_with(args.rows, args.repeats, 1)
    if cores > 1:
        run_with(args.rows, args.repeats, cores)

    print("\nTargets, one thread (times as fast)")
    for title, rival, target in TARGETS:
        times = found.get(title, {})
        reached = f"{times[rival] / times['iapt']:.1f}" if rival in times else "not measured"
        print(f"  {title + ': ' + rival:<84} >= {target:<4} {reached}")
    print(f"  {SCALAR + ', ns':<84} <  {SCALAR_NS:<4} {found[SCALAR]['iapt']:.0f}")


if __name__ == "__main__":
    main()
