"""What people write today for a referral's eight outcome facts, in the tools they have.

Every function takes first and last PHQ-9 and GAD-7 scores, any of them missing, and gives the eight facts
that `iapt.outcomes` gives, never null. None of the frame versions checks that a score is in range (iapt
does); `outcome` at the end does. A library that is not installed is None here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

SCORES = ["phq9_first", "phq9_last", "gad7_first", "gad7_last"]
FACTS = [
    "paired",
    "caseness",
    "not_caseness",
    "recovery",
    "reliable_improvement",
    "reliable_deterioration",
    "no_reliable_change",
    "reliable_recovery",
]
# rate: what it counts; the first two leave those who are not a case out of the denominator
RATES = {
    "recovery_rate": "recovery",
    "reliable_recovery_rate": "reliable_recovery",
    "reliable_improvement_rate": "reliable_improvement",
    "reliable_deterioration_rate": "reliable_deterioration",
    "no_reliable_change_rate": "no_reliable_change",
}
OF_CASES = ["recovery_rate", "reliable_recovery_rate"]


def optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


np, pd, pl, pa, duckdb, numba = map(optional, ["numpy", "pandas", "polars", "pyarrow", "duckdb", "numba"])


# (1) polars expressions: any integer type with nulls -> the frame with eight boolean columns appended


def polars_lazy(frame: pl.DataFrame) -> pl.LazyFrame:
    pf, pz, gf, gz = map(pl.col, SCORES)
    case, none = pl.col("_case"), pl.col("_none")
    fell, rose, well, paired = pl.col("_fell"), pl.col("_rose"), pl.col("_well"), pl.col("paired")
    dp, dg = pf - pz, gf - gz
    return (
        frame.lazy()
        .with_columns(
            paired=pf.is_not_null() & pz.is_not_null() & gf.is_not_null() & gz.is_not_null(),
            _case=(pf >= 10) | (gf >= 8),
            _none=(pf < 10) & (gf < 8),
            _fell=(dp >= 6) | (dg >= 4),
            _rose=(dp <= -6) | (dg <= -4),
            _well=(pz < 10) & (gz < 8),
        )
        .with_columns(  # paired first: false and unknown is false, so these need no filling
            caseness=case.fill_null(False),
            not_caseness=none.fill_null(False),
            recovery=paired & case & well,
            reliable_improvement=paired & fell & ~rose,
            reliable_deterioration=paired & rose & ~fell,
            no_reliable_change=paired & (fell == rose),
            reliable_recovery=paired & case & well & fell & ~rose,
        )
        .select(*frame.columns, *FACTS)
    )


def polars_outcomes(frame: pl.DataFrame) -> pl.DataFrame:
    return polars_lazy(frame).collect()


# (2) pandas Series: -> the frame with eight boolean columns appended


def pandas_float(frame: pd.DataFrame) -> pd.DataFrame:
    """float64 with NaN: a comparison with NaN is False."""
    pf, pz, gf, gz = (frame[c] for c in SCORES)
    dp, dg = pf - pz, gf - gz
    paired = dp.notna() & dg.notna()
    caseness = (pf >= 10) | (gf >= 8)
    fell = paired & ((dp >= 6) | (dg >= 4))
    rose = paired & ((dp <= -6) | (dg <= -4))
    recovery = paired & caseness & (pz < 10) & (gz < 8)
    improved = fell & ~rose
    return frame.assign(
        paired=paired,
        caseness=caseness,
        not_caseness=(pf < 10) & (gf < 8),
        recovery=recovery,
        reliable_improvement=improved,
        reliable_deterioration=rose & ~fell,
        no_reliable_change=paired & (fell == rose),
        reliable_recovery=recovery & improved,
    )


def pandas_nullable(frame: pd.DataFrame) -> pd.DataFrame:
    """Nullable Int64: a comparison with NA is NA, and the logic is three-valued. dtype boolean."""
    pf, pz, gf, gz = (frame[c] for c in SCORES)
    dp, dg = pf - pz, gf - gz
    paired = dp.notna() & dg.notna()
    caseness = ((pf >= 10) | (gf >= 8)).fillna(False)
    fell = paired & ((dp >= 6) | (dg >= 4))
    rose = paired & ((dp <= -6) | (dg <= -4))
    recovery = paired & caseness & (pz < 10) & (gz < 8)
    improved = fell & ~rose
    return frame.assign(
        paired=paired,
        caseness=caseness,
        not_caseness=((pf < 10) & (gf < 8)).fillna(False),
        recovery=recovery,
        reliable_improvement=improved,
        reliable_deterioration=rose & ~fell,
        no_reliable_change=paired & (fell == rose),
        reliable_recovery=recovery & improved,
    )


# (3) numpy: float64 columns with NaN out of a pandas frame -> eight boolean arrays, not put back into the frame


def numpy_outcomes(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    pf, pz, gf, gz = (frame[c].to_numpy() for c in SCORES)
    dp, dg = pf - pz, gf - gz
    paired = ~np.isnan(dp + dg)
    caseness = (pf >= 10) | (gf >= 8)
    fell = ((dp >= 6) | (dg >= 4)) & paired
    rose = ((dp <= -6) | (dg <= -4)) & paired
    recovery = paired & caseness & (pz < 10) & (gz < 8)
    improved = fell & ~rose
    return {
        "paired": paired,
        "caseness": caseness,
        "not_caseness": (pf < 10) & (gf < 8),
        "recovery": recovery,
        "reliable_improvement": improved,
        "reliable_deterioration": rose & ~fell,
        "no_reliable_change": paired & (fell == rose),
        "reliable_recovery": recovery & improved,
    }


# (4) numba loops over four arrays: int8 with -1 for missing, or float64 with NaN (neither is >= 0)


@cache
def numba_kernels(parallel: bool = False) -> tuple[Callable, Callable]:
    """Two functions of four arrays: -> a flags byte a row, and -> eight boolean arrays."""
    jit = numba.njit(inline="always")
    loop = numba.njit(parallel=parallel)

    @jit
    def facts(pf, pz, gf, gz):
        has_pf, has_gf = pf >= 0, gf >= 0
        paired = has_pf & (pz >= 0) & has_gf & (gz >= 0)
        case = (pf >= 10) | (gf >= 8)
        fell = paired & ((pf - pz >= 6) | (gf - gz >= 4))
        rose = paired & ((pz - pf >= 6) | (gz - gf >= 4))
        recovery = paired & case & (pz < 10) & (gz < 8)
        better = fell & (not rose)
        worse = rose & (not fell)
        not_case = has_pf & has_gf & (not case)
        same = paired & (fell == rose)
        return paired, case, not_case, recovery, better, worse, same, recovery & better

    @loop
    def to_byte(pf, pz, gf, gz):
        out = np.empty(pf.size, np.uint8)
        for i in numba.prange(pf.size):
            a, b, c, d, e, f, g, h = facts(pf[i], pz[i], gf[i], gz[i])
            out[i] = a | b << 1 | c << 2 | d << 3 | e << 4 | f << 5 | g << 6 | h << 7
        return out

    @loop
    def to_arrays(pf, pz, gf, gz):
        n = pf.size
        a, b, c, d = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
        e, f, g, h = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
        for i in numba.prange(n):
            a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i] = facts(pf[i], pz[i], gf[i], gz[i])
        return a, b, c, d, e, f, g, h

    return to_byte, to_arrays


# (5) DuckDB SQL over an Arrow table -> an Arrow table of the eight columns alone

DUCKDB_FACTS = """
    paired,
    coalesce(is_case, false) AS caseness,
    coalesce(phq9_first < 10 AND gad7_first < 8, false) AS not_caseness,
    paired AND is_case AND well AS recovery,
    paired AND fell AND NOT rose AS reliable_improvement,
    paired AND rose AND NOT fell AS reliable_deterioration,
    paired AND fell = rose AS no_reliable_change,
    paired AND is_case AND well AND fell AND NOT rose AS reliable_recovery
FROM (
    SELECT *,
        phq9_first IS NOT NULL AND phq9_last IS NOT NULL
            AND gad7_first IS NOT NULL AND gad7_last IS NOT NULL AS paired,
        phq9_first >= 10 OR gad7_first >= 8 AS is_case,
        phq9_last < 10 AND gad7_last < 8 AS well,
        phq9_first - phq9_last >= 6 OR gad7_first - gad7_last >= 4 AS fell,
        phq9_last - phq9_first >= 6 OR gad7_last - gad7_first >= 4 AS rose
    FROM referrals
)
"""


def duckdb_connect(threads: int, referrals: pa.Table) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET threads TO {threads}")
    connection.register("referrals", referrals)
    return connection


def duckdb_outcomes(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.sql(f"SELECT {DUCKDB_FACTS}").to_arrow_table()


# (6) outcome and rates by provider -> a row per group: counts, and percentages rounded half up to one decimal


def polars_rates(frame: pl.DataFrame) -> pl.DataFrame:
    finished = pl.col("finished")
    rates = {}
    for rate, fact in RATES.items():
        among = (finished - pl.col("not_caseness") if rate in OF_CASES else finished).cast(pl.Int64)
        tenths = (2000 * pl.col(fact).cast(pl.Int64) + among) // (2 * among)  # null where among is 0
        rates[rate] = (tenths / 10).round(1)  # polars multiplies by 0.1: 22.400000000000002
    groups = polars_lazy(frame).group_by("provider").agg(pl.len().alias("finished"), pl.col(FACTS).sum())
    return groups.with_columns(**rates).collect()


def duckdb_rates(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    counts = ", ".join(f"count(*) FILTER ({fact}) AS {fact}" for fact in FACTS)
    rates = []
    for rate, fact in RATES.items():
        among = "(finished - not_caseness)" if rate in OF_CASES else "finished"
        rates.append(f"(2000 * {fact} + {among}) // nullif(2 * {among}, 0) / 10 AS {rate}")
    return connection.sql(f"""
        SELECT *, {", ".join(rates)}
        FROM (SELECT provider, count(*) AS finished, {counts} FROM (SELECT provider, {DUCKDB_FACTS}) GROUP BY provider)
    """).to_arrow_table()


# (7) plain Python, one referral


@dataclass(frozen=True, slots=True)
class Outcome:
    paired: bool
    caseness: bool
    not_caseness: bool
    recovery: bool
    reliable_improvement: bool
    reliable_deterioration: bool
    no_reliable_change: bool
    reliable_recovery: bool


def outcome(phq9_first: int | None, phq9_last: int | None, gad7_first: int | None, gad7_last: int | None) -> Outcome:
    if phq9_first is not None and not 0 <= phq9_first <= 27:
        raise ValueError("phq9_first must be 0 to 27")
    if phq9_last is not None and not 0 <= phq9_last <= 27:
        raise ValueError("phq9_last must be 0 to 27")
    if gad7_first is not None and not 0 <= gad7_first <= 21:
        raise ValueError("gad7_first must be 0 to 21")
    if gad7_last is not None and not 0 <= gad7_last <= 21:
        raise ValueError("gad7_last must be 0 to 21")
    case = (phq9_first is not None and phq9_first >= 10) or (gad7_first is not None and gad7_first >= 8)
    not_case = not case and phq9_first is not None and gad7_first is not None
    if phq9_first is None or phq9_last is None or gad7_first is None or gad7_last is None:
        return Outcome(False, case, not_case, False, False, False, False, False)
    fell = phq9_first - phq9_last >= 6 or gad7_first - gad7_last >= 4
    rose = phq9_last - phq9_first >= 6 or gad7_last - gad7_first >= 4
    recovery = case and phq9_last < 10 and gad7_last < 8
    better = fell and not rose
    return Outcome(True, case, not_case, recovery, better, rose and not fell, fell == rose, recovery and better)
