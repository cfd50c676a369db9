"""Time derivation and reports of a synthetic national year against the DuckDB SQL that the tests compare them with.

    python sessions.py [--referrals 200000 1800000]

Each contender runs in a process of its own, so that its memory can be told, with the same tables in memory before
its clock starts: parquet files read as polars frames, or as DuckDB tables. Both derive all referrals as at the end of
the year and compute every official measure by provider and by five breakdowns; iapt once more with disclosure control.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
BREAKDOWNS = ["OrgID_Provider", "OrgIDComm", "Gender", "AgeGroup", "EthnicCategory", "IMDDecile"]
TABLES = {
    "referrals": "IDS101Referral",
    "contacts": "IDS201CareContact",
    "scores": "IDS607Scores",
    "complaints": "IDS603PresentingComplaints",
    "internet_therapy": "IDS205InternetTherLog",
    "employment": "IDS004EmpStatus",
}
END = "2025-03-31"


def peak() -> int:
    """The most memory this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def processor_time() -> list[float]:
    """Seconds that processors worked for this process so far: in the process itself, and in the system for it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return [usage.ru_utime, usage.ru_stime]


def run_iapt(folder: Path) -> dict[str, float]:
    """Times iapt."""
    import polars as pl

    import iapt

    frames = {name: pl.read_parquet(folder / f"{file}.parquet") for name, file in TABLES.items()}
    size, before = sum(frame.estimated_size() for frame in frames.values()), peak()
    worked, start = processor_time(), perf_counter()
    derived = iapt.derive(**frames, names="nhs_england", as_at=END)
    seconds = {"derive": perf_counter() - start}

    def reports(*, disclosure: bool) -> float:
        start = perf_counter()
        for column in BREAKDOWNS:
            iapt.report(derived, "2024-25", by=column, disclosure=disclosure)
        return perf_counter() - start

    seconds["reports"] = reports(disclosure=False)
    seconds["own"], seconds["system"] = (now - then for now, then in zip(processor_time(), worked, strict=True))
    seconds["disclosed reports"] = reports(disclosure=True)
    return {**seconds, "input": size, "memory": peak() - before}


def run_duckdb(folder: Path) -> dict[str, float]:
    """Times the SQL."""
    sys.path.insert(0, str(ROOT / "tests"))
    import duckdb
    import sql_oracle

    connection = duckdb.connect()
    sql_oracle.load(connection, folder)
    before = peak()
    start = perf_counter()
    sql_oracle.derive(connection)
    seconds = {"derive": perf_counter() - start}
    start = perf_counter()
    for column in BREAKDOWNS:
        sql_oracle.computed(connection, by=[column])
    return {**seconds, "reports": perf_counter() - start, "memory": peak() - before}


CONTENDERS = {"iapt": run_iapt, "duckdb": run_duckdb}


def timed(contender: str, folder: Path) -> dict[str, float]:
    """The times of a contender in a process of its own."""
    command = [sys.executable, __file__, "--contender", contender, "--folder", str(folder)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return result


def compare(referrals: int) -> tuple[float, float]:
    """Prints the times for so many referrals, and gives iapt's for the exact figures of one: how long it takes, and how
    long processors work for it but for the system."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator = [sys.executable, str(ROOT / "examples" / "national_year.py"), name]
        arguments = ["--referrals", str(referrals), "--format", "parquet"]
        subprocess.run(generator + arguments, check=True, stdout=subprocess.DEVNULL)
        ours, theirs = timed("iapt", folder), timed("duckdb", folder)
    total = ours["derive"] + ours["reports"]
    print(f"{referrals:,} referrals, every official measure by {len(BREAKDOWNS)} breakdowns")
    for name, times in {"iapt": ours, "DuckDB SQL": theirs}.items():
        all_of_it = times["derive"] + times["reports"]
        parts = f"derive {times['derive']:6.1f} s, reports {times['reports']:6.1f} s"
        print(f"  {name:12}{all_of_it:7.1f} s   {parts}, memory {times['memory'] / 1e9:.1f} GB beside the input")
    print(f"  with disclosure control the reports take {ours['disclosed reports']:.1f} s")
    print(f"  ratio {(theirs['derive'] + theirs['reports']) / total:.1f} (at least 5)")
    print(f"  memory {ours['memory'] / ours['input']:.1f} times the input of {ours['input'] / 1e9:.1f} GB (at most 2)")
    print(f"  {1e6 * total / referrals:.1f} microseconds a referral")
    print(
        f"  processors worked {ours['own']:.1f} s, and the system, most of all to give memory, {ours['system']:.1f} s"
    )
    return total / referrals, ours["own"] / referrals


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--referrals", type=int, nargs="+", default=[200_000, 1_800_000])
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        print(json.dumps(CONTENDERS[options.contender](options.folder)))
        return
    each = [compare(referrals) for referrals in options.referrals]
    if len(each) > 1:
        time, own = (most / fewest for most, fewest in zip(each[-1], each[0], strict=True))
        print(f"linear: a referral of the most takes {time:.2f} times one of the fewest ({own:.2f} without the system)")


if __name__ == "__main__":
    main()
