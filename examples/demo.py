"""What iapt does, on the terminal: a caseload reported, England's figures recomputed, one patient explained."""

from pathlib import Path

import polars as pl

import iapt

CASELOAD = Path(__file__).parent / "data" / "caseload.csv"

# NHS England, Psychological Therapies: annual reports 2017-18 to 2022-23, rows for England (Open Government Licence
# v3.0). Counts: finished, not at caseness, reliable improvement, reliable deterioration, no reliable change, recovery,
# reliable recovery. Percentages as published: recovery, reliable recovery, improvement, deterioration, no change.
ENGLAND = {
    "2017-18": ((554709, 36767, 368518, 32931, 147631, 263295, 250395), (50.8, 48.3, 66.4, 5.9, 26.6)),
    "2018-19": ((582556, 35706, 392662, 33660, 149884, 284810, 270763), (52.1, 49.5, 67.4, 5.8, 25.7)),
    "2019-20": ((606192, 36054, 406118, 35316, 158960, 291371, 276261), (51.1, 48.5, 67.0, 5.8, 26.2)),
    "2020-21": ((634649, 37267, 433327, 34535, 157738, 306990, 291091), (51.4, 48.7, 68.3, 5.4, 24.9)),
    "2021-22": ((664087, 38168, 444555, 38267, 169783, 313919, 296070), (50.2, 47.3, 66.9, 5.8, 25.6)),
    "2022-23": ((672193, 37805, 446968, 39919, 174915, 316251, 297186), (49.9, 46.8, 66.5, 5.9, 26.0)),
}
RATES = ["recovery", "reliable_recovery", "reliable_improvement", "reliable_deterioration", "no_reliable_change"]
HEADINGS = ["recovery", "reliable rec.", "improvement", "deterioration", "no change"]


def heading(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}\n")


def caseload() -> None:
    heading("A synthetic caseload by provider (no patient is in it)")
    frame = pl.read_csv(CASELOAD)
    outcomes = iapt.outcomes(frame)
    report = pl.concat([iapt.rates(outcomes, by=["provider"]).sort("provider"), total(outcomes)])
    print(f"{'per cent':<14}{'finished':>9}" + "".join(f"{name:>15}" for name in HEADINGS))
    for row in report.iter_rows(named=True):
        rates = "".join(f"{row[f'{rate}_rate']:>15.1f}" for rate in RATES)
        print(f"{row['provider']:<14}{row['finished']:>9}{rates}")
    targets = ", ".join(f"{name.replace('_', ' ')} {percent} %" for name, percent in iapt.TARGETS.items())
    print(f"\nNational targets: {targets}.")
    finished = frame.filter("finished_course")
    means = finished.select(pl.mean("phq9_first", "phq9_last", "gad7_first", "gad7_last")).row(0)
    print("Mean first and last scores: PHQ-9 {:.1f} and {:.1f}, GAD-7 {:.1f} and {:.1f}.".format(*means))
    small = [3, 12, 48, 137]
    published = iapt.disclose(small)
    shown = " ".join(str(cell) for cell in published.groups)
    print(f"Counts {small} as they may be published: {shown}, total {published.total}.")


def total(outcomes: pl.DataFrame) -> pl.DataFrame:
    return iapt.rates(outcomes).select(pl.lit("all").alias("provider"), pl.all())


def england() -> None:
    heading("England's published rates, recomputed from its published counts")
    print(f"{'year':<9}{'finished':>9}" + "".join(f"{name:>17}" for name in HEADINGS))
    agreed = 0
    for year, (counts, published) in ENGLAND.items():
        finished, not_caseness, improved, deteriorated, unchanged, recovered, reliably = counts
        ratios = [
            (recovered, finished - not_caseness),
            (reliably, finished - not_caseness),
            (improved, finished),
            (deteriorated, finished),
            (unchanged, finished),
        ]
        computed = [iapt.rate_from_counts(*ratio) for ratio in ratios]
        agreed += sum(ours == theirs for ours, theirs in zip(computed, published, strict=True))
        cells = "".join(f"{f'{ours} = {theirs}':>17}" for ours, theirs in zip(computed, published, strict=True))
        print(f"{year:<9}{finished:>9}{cells}")
    print(f"\n{agreed} of {len(ENGLAND) * len(RATES)} computed (left) and published (right) percentages are the same.")
    print("Source: NHS England, Psychological Therapies: annual reports (Open Government Licence v3.0).")


def patient() -> None:
    heading("One patient explained")
    answers = [3, 2, 2, 2, 2, 2, 2, 1, None]
    score = iapt.PHQ9.score(answers)
    print(f"PHQ-9 answers {answers}: {score!r}\n")
    outcome = iapt.outcome(phq9=(int(score), 9), gad7=(14, 8))
    print(outcome.explain())


if __name__ == "__main__":
    print(f"iapt {iapt.__version__}, rules of {iapt.EDITION}")
    caseload()
    england()
    patient()
