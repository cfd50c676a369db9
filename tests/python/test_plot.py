"""Pictures: what is drawn, where, and what is not."""

import doctest
import math
import random
import subprocess
import sys

import pytest

import iapt
from iapt import _iapt
from kinds import MAKE

matplotlib = pytest.importorskip("matplotlib", reason="NOT TESTED: matplotlib is not installed")
matplotlib.use("Agg")

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.text import Text  # noqa: E402

from iapt import plot  # noqa: E402

SCORES = {"phq9_first": [18, 18, 18, 12, 5, 20, None], "phq9_last": [9, 9, 12, 12, 11, None, 3]}


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def drawn(ax):
    """Everything that has a name in the picture, by that name."""
    found = {}
    for artist in ax.findobj(lambda artist: artist.get_gid() is not None):
        found.setdefault(artist.get_gid(), []).append(artist)
    return found


def points(ax, name):
    return sorted(tuple(place) for artist in drawn(ax).get(name, []) for place in artist.get_offsets())


def level(ax, name):
    (line,) = drawn(ax)[name]
    return line.get_ydata()[0]


def note_of(ax):
    return " ".join(text.get_text().replace("\n", " ") for text in drawn(ax).get("note", []))


def texts(ax):
    return " ".join(text.get_text().replace("\n", " ") for text in ax.findobj(Text))


# Scores of single referrals.


@pytest.mark.parametrize("kind", MAKE)
def test_jacobson_has_one_bubble_for_each_pair_of_scores(kind):
    ax = plot.jacobson(MAKE[kind](SCORES), disclosure=False)
    assert points(ax, "reliable_improvement") == [(18, 9), (18, 12)]
    assert points(ax, "no_reliable_change") == [(12, 12)]
    assert points(ax, "reliable_deterioration") == [(5, 11)]
    (improved,) = drawn(ax)["reliable_improvement"]
    one, two = sorted(improved.get_sizes())
    assert two == pytest.approx(2 * one)


def test_jacobson_lines_are_those_of_the_measure():
    measure = iapt.Measure("Scale", 0, 40, caseness_threshold=20, reliable_change=7)
    ax = plot.jacobson({"a": [30], "b": [10]}, measure, "a", "b", disclosure=False)
    assert level(ax, "caseness last") == 20
    assert drawn(ax)["caseness first"][0].get_xdata()[0] == 20
    for name, change in (("no change", 0), ("reliable improvement", -7), ("reliable deterioration", 7)):
        (line,) = drawn(ax)[name]
        assert [y - x for x, y in line.get_xydata()] == pytest.approx([change, change])
    assert "Scale" in texts(ax) and "\N{GREATER-THAN OR EQUAL TO} 20" in texts(ax)


def test_jacobson_without_threshold_or_change():
    measure = iapt.Measure("Scale", 0, 40)
    ax = plot.jacobson({"a": [30], "b": [10]}, measure, "a", "b", disclosure=False)
    assert points(ax, "change not known") == [(30, 10)]
    assert not drawn(ax).keys() & {"caseness first", "caseness last", "reliable improvement"}
    assert plot.jacobson({"a": [3], "b": [10]}, iapt.WSAS, "a", "b", disclosure=False).get_title(loc="left")


# Proves DISCLOSURE-9, DISCLOSURE-10.
def test_no_picture_of_single_patients_unless_asked_for():
    frame = {"phq9_first": [18] * 12 + [20] * 11 + [3], "phq9_last": [9] * 12 + [15] * 11 + [20]}
    ax = plot.jacobson(frame)
    assert points(ax, "reliable_deterioration") == []
    assert "not shown" in note_of(ax)
    assert "at most 10" in note_of(ax)
    assert not any(name in drawn(plot.jacobson(SCORES)) for name in ("reliable_improvement", "no_reliable_change"))
    bars = drawn(plot.distributions(frame))["first score"]
    assert all(bar.get_height() % 5 == 0 for bar in bars)


# Proves SCORE-1.
def test_a_mean_is_judged_as_a_decimal():
    ax = plot.jacobson({"a": [3.00], "b": [2.27]}, iapt.MI, "a", "b", disclosure=False)
    assert points(ax, "reliable_improvement") == [(3.0, 2.27)]
    assert "> 2.3" in texts(ax)


def test_distributions_count_every_score():
    ax = plot.distributions(SCORES, disclosure=False)
    heights = {
        name: {bar.get_x(): bar.get_height() for bar in drawn(ax)[name]} for name in ("first score", "last score")
    }
    assert heights == {"first score": {18: 3, 12: 1, 5: 1, 20: 1}, "last score": {9: -2, 12: -2, 11: -1, 3: -1}}
    assert drawn(ax)["caseness"][0].get_xdata()[0] == 10
    assert [label.get_text() for label in ax.get_xticklabels()][:2] == ["0", "5"]


def test_bins_of_a_mean_keep_cases_apart():
    ax = plot.distributions({"a": [2.3, 2.31, 1, 5], "b": [None] * 4}, iapt.MI, "a", "b", disclosure=False)
    lefts = sorted(bar.get_x() for bar in drawn(ax)["first score"])
    assert lefts == pytest.approx([1.0, 2.2, 2.3, 4.9])


def test_scores_that_are_none():
    with pytest.raises(iapt.ScoreError):
        plot.jacobson({"phq9_first": [28], "phq9_last": [3]})
    with pytest.raises(iapt.ScoreError):
        plot.distributions({"phq9_first": [28], "phq9_last": [3]})
    with pytest.raises(iapt.FrameError) as error:
        plot.jacobson({"phq9_first": [18]})
    assert error.value.field == "phq9_last"
    with pytest.raises(TypeError):
        plot.jacobson(7)
    for draw in (plot.jacobson, plot.distributions):
        draw({"phq9_first": [], "phq9_last": []})
        draw({"phq9_first": [None], "phq9_last": [None]})


# Reports.

ROW = {"measure_id": "M192", "measure": "Recovery rate", "target": 50.0, "status": "ok", "is_total": False}
HIDDEN = {"numerator": None, "denominator": None, "value": None, "lower": None, "upper": None}


def row(provider, numerator, denominator, **more):
    value = round(100 * numerator / denominator)
    figures = {"numerator": numerator, "denominator": denominator, "value": value}
    return ROW | {"provider": provider, "lower": value - 3.0, "upper": value + 3.0} | figures | more


def table(rows):
    return {name: [row.get(name) for row in rows] for name in rows[0]}


GROUPS = [
    row("North", 100, 200),
    row("South", 700, 1000),
    row("East", 440, 1000),
    row("West", 300, 1000),
    row("Tiny", 1, 1) | HIDDEN | {"status": "suppressed"},
    row("Empty", 1, 1) | HIDDEN | {"status": "not_applicable", "denominator": 0},
    row(None, 2400, 5000, is_total=True),
]


@pytest.mark.parametrize("kind", MAKE)
# Proves DISCLOSURE-12.
def test_funnel(kind):
    ax = plot.funnel(MAKE[kind](table(GROUPS)))
    assert points(ax, "inside") == [(200, 50)]
    assert points(ax, "below the narrow limits") == [(1000, 44)]
    assert points(ax, "above the wide limits") == [(1000, 70)]
    assert points(ax, "below the wide limits") == [(1000, 30)]
    assert {text.get_text() for text in drawn(ax)["outlier"]} == {"South", "West"}
    assert level(ax, "centre") == 48
    assert "Suppressed: Tiny." in note_of(ax) and "No rate: Empty." in note_of(ax)


def test_funnel_about_a_target():
    ax = plot.funnel(table(GROUPS[:-1]), centre=50)
    assert level(ax, "centre") == 50
    with pytest.raises(ValueError, match="centre="):
        plot.funnel(table(GROUPS[:-1]))


def test_funnel_curves_are_the_limits():
    ax = plot.funnel(table(GROUPS))
    for coverage, curve in _iapt._funnel_limits(48, 100, [100, 1000]).items():
        for side in ("lower", "upper"):
            (line,) = drawn(ax)[f"{side} {coverage}"]
            xs, ys = line.get_data()
            assert len(xs) > 100
            near = min(range(len(xs)), key=lambda at: abs(xs[at] - 1000))
            assert ys[near] == pytest.approx(curve[f"{side}_percent"][1], abs=0.3)


def test_a_group_on_a_limit_is_inside():
    limits = _iapt._funnel_limits(50, 100, [40])["95"]
    assert (limits["lower"], limits["upper"]) == ([14], [26])
    on, beyond = row("on", 26, 40), row("beyond", 27, 40)
    ax = plot.funnel(table([on, beyond]), centre=50)
    assert points(ax, "inside") == [(40, 65)]
    assert points(ax, "above the narrow limits") == [(40, 67.5)]
    (curve,) = drawn(ax)["upper 95"]
    assert 65 <= curve.get_ydata()[list(curve.get_xdata()).index(40)] <= 67.5


def test_funnel_names_do_not_lie_on_each_other():
    rng = random.Random(1)
    groups = [row(f"Provider number {n}", 5 * rng.randint(60, 90), 500 + 25 * n) for n in range(8)]
    groups += [row(f"Quiet {n}", 5 * n + 50, 10 * n + 100) for n in range(1, 30)]
    ax = plot.funnel(table(groups), centre=50)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in drawn(ax)["outlier"]]
    assert len(boxes) > 3
    assert not any(one.overlaps(other) for at, one in enumerate(boxes) for other in boxes[:at])


def test_nothing_to_draw():
    rows = table([row("Tiny", 1, 1) | HIDDEN | {"status": "suppressed"}, GROUPS[-1]])
    assert "Suppressed: Tiny." in note_of(plot.funnel(rows))
    assert "Suppressed: Tiny." in note_of(plot.rates_by_group(rows))
    with pytest.raises(ValueError, match="M195"):
        plot.funnel(rows, "M195")
    with pytest.raises(iapt.FrameError):
        plot.funnel(rows, group="region")


def test_several_rows_for_one_group():
    for draw in (plot.funnel, plot.rates_by_group):
        with pytest.raises(ValueError, match="several rows"):
            draw(table([*GROUPS, row("North", 1, 2)]))


def test_rates_by_group():
    ax = plot.rates_by_group(table(GROUPS))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Total", "West", "East", "North", "South"]
    assert points(ax, "group") == [(30, 1), (44, 2), (50, 3), (70, 4)]
    assert points(ax, "total") == [(48, 0)]
    assert [list(line.get_xdata()) for line in drawn(ax)["interval"]][1] == [27, 33]
    assert drawn(ax)["target"][0].get_xdata()[0] == 50
    assert "Suppressed: Tiny." in note_of(ax)


def test_a_group_without_a_name():
    rows = [row(None, 100, 200), *GROUPS[1:4], GROUPS[-1]]
    assert "(none)" in [label.get_text() for label in plot.rates_by_group(table(rows)).get_yticklabels()]
    rows.append(row("(none)", 150, 200))
    assert len(points(plot.rates_by_group(table(rows)), "group")) == 5
    assert "Total 48.0 %" in texts(plot.funnel(table(rows)))
    with pytest.raises(ValueError, match="several rows"):
        plot.funnel(table([*rows, row(None, 1, 2)]))


def suppressed(number):
    return [row(f"Hidden {n}", 1, 1) | HIDDEN | {"status": "suppressed"} for n in range(number)]


@pytest.mark.parametrize("draw", [plot.funnel, plot.rates_by_group])
def test_a_note_names_a_few_groups_and_counts_many(draw):
    for number, note in [
        (6, "Suppressed: Hidden 0, Hidden 1, Hidden 2, Hidden 3, Hidden 4, Hidden 5."),
        (7, "Suppressed: 7 of 11 groups."),
    ]:
        assert note_of(draw(table([*GROUPS[:4], *suppressed(number), GROUPS[-1]]))) == note


@pytest.mark.parametrize("draw", [plot.funnel, plot.rates_by_group])
def test_a_note_takes_no_height_from_the_axes(draw):
    def height(rows):
        ax = draw(table(rows))
        ax.figure.draw_without_rendering()
        assert ax.get_tightbbox().y0 >= 0
        return ax.get_window_extent().height

    bare = [*GROUPS[:4], GROUPS[-1]]
    wordy = [group | {"provider": "Trust of the wordy " * 20 + group["provider"]} for group in suppressed(6)]
    for more in (suppressed(1), suppressed(6), suppressed(100), wordy):
        assert height([*bare, *more]) >= height(bare) - 1


FORMULA = "$\\frac{1}{0}$ $x^$"


def test_names_are_no_formulas():
    groups = [group | {"measure": FORMULA} for group in GROUPS]
    for rows in (groups, [group | {"provider": FORMULA} for group in groups[1:2]] + groups[2:]):
        rows = [*rows, row(f"{FORMULA} 2", 1, 1) | HIDDEN | {"status": "suppressed"}]
        for draw in (plot.funnel, plot.rates_by_group):
            for ax in (None, plt.subplots()[1]):
                check_letters(draw(table(rows), ax=ax))
    for ax in (None, plt.subplots()[1]):
        check_letters(plot.run_chart({FORMULA: table([month(0, 50)])}, ax=ax))
    measure = iapt.Measure(FORMULA, 0, 40, caseness_threshold=20, reliable_change=7)
    for draw in (plot.jacobson, plot.distributions):
        for ax in (None, plt.subplots()[1]):
            check_letters(draw({"a": [30], "b": [10]}, measure, "a", "b", disclosure=False, ax=ax))


def check_letters(ax):
    """A formula is drawn as its letters."""
    ax.figure.draw_without_rendering()
    there = [text for text in ax.findobj(Text) if "frac" in text.get_text()]
    assert there and not any(text.get_parse_math() for text in there)


# Run charts.

MONTHS = [48, 52, 49, 51, 50, 47, 53, 48, 52, 50, 49, 51, 65, 50]


def month(number, value, **more):
    start = f"{2023 + (number + 3) // 12}-{(number + 3) % 12 + 1:02}-01"
    return row(None, 1, 2) | {"value": value, "period_start": start} | more


def test_run_chart():
    ax = plot.run_chart(table([month(n, value) for n, value in enumerate(MONTHS)]))
    chart = _iapt._xmr(MONTHS)
    assert level(ax, "mean") == pytest.approx(sum(MONTHS) / len(MONTHS))
    assert (level(ax, "lower limit"), level(ax, "upper limit")) == (chart["lower"], chart["upper"])
    assert level(ax, "target") == 50
    assert points(ax, "special cause high") == [(12, 65)]
    assert len(points(ax, "common cause")) == 13
    assert [text.get_text() for text in drawn(ax)["signal"]] == ["outside limits"]
    assert ax.get_xticklabels()[0].get_text() == "Apr 23"


def test_a_missing_or_suppressed_month_is_a_gap():
    rows = [month(n, value) for n, value in enumerate([*MONTHS, 51, 49])]
    rows[3] |= HIDDEN | {"status": "suppressed"}
    del rows[5]
    random.Random(2).shuffle(rows)
    ax = plot.run_chart(table(rows))
    (line,) = drawn(ax)["rate"]
    assert [at for at, value in enumerate(line.get_ydata()) if math.isnan(value)] == [3, 5]
    assert "Suppressed: Jul 23." in note_of(ax)
    rows = [month(n, 50) | (HIDDEN | {"status": "suppressed"} if n < 7 else {}) for n in range(9)]
    assert "Suppressed: 7 of 9 months." in note_of(plot.run_chart(table(rows)))
    assert (12, 65) in points(ax, "special cause high")


def test_run_chart_from_reports_by_month():
    reports = {f"month {n}": table([GROUPS[0], month(n, value, is_total=True)]) for n, value in enumerate(MONTHS)}
    for given in (reports, list(reports.items())):
        ax = plot.run_chart(given)
        assert points(ax, "special cause high") == [(12, 65)]
        assert ax.get_xticklabels()[0].get_text() == "month 0"
    with pytest.raises(ValueError, match="several rows"):
        plot.run_chart({"a month": table(GROUPS[:2])})


def test_few_months_have_no_limits():
    ax = plot.run_chart(table([month(n, value) for n, value in enumerate(MONTHS[:12])]))
    assert "upper limit" not in drawn(ax)
    assert "Too few" in note_of(ax)
    assert len(points(ax, "common cause")) == 12


def test_a_shift_has_one_name_across_a_gap():
    values = [49, 51] * 5 + [52, 53, None, 52, 53, 52, 53]
    rows = [month(n, value, status="ok" if value else "missing") for n, value in enumerate(values)]
    ax = plot.run_chart(table(rows))
    assert [text.get_text() for text in drawn(ax)["signal"] if "shift" in text.get_text()] == ["shift"]
    with pytest.raises(iapt.CountsError, match="6, 7 or 8"):
        plot.run_chart(table(rows), points_for_significance=5)


# All of them.

PICTURES = {
    "jacobson": lambda ax: plot.jacobson(SCORES, disclosure=False, ax=ax),
    "distributions": lambda ax: plot.distributions(SCORES, ax=ax),
    "funnel": lambda ax: plot.funnel(table(GROUPS), ax=ax),
    "rates_by_group": lambda ax: plot.rates_by_group(table(GROUPS), ax=ax),
    "run_chart": lambda ax: plot.run_chart(table([month(n, v) for n, v in enumerate(MONTHS)]), ax=ax),
}


@pytest.mark.parametrize("name", PICTURES)
def test_legible_at_the_width_of_a_column(name):
    ax = PICTURES[name](None)
    figure = ax.figure
    figure.draw_without_rendering()
    assert figure.get_figwidth() * 25.4 == pytest.approx(85)
    all_of_it = ax.get_tightbbox()
    assert min(all_of_it.x0, all_of_it.y0) >= -1
    assert all_of_it.x1 <= figure.bbox.x1 + 1 and all_of_it.y1 <= figure.bbox.y1 + 1
    assert all(text.get_fontsize() >= 7 for text in ax.findobj(Text) if text.get_text())
    assert ax.get_xlabel() and ax.get_title(loc="left")


@pytest.mark.parametrize("name", PICTURES)
def test_draws_on_the_axes_given_and_leaves_the_settings_alone(name):
    settings = dict(matplotlib.rcParams)
    _, axes = plt.subplots(1, 2, figsize=(7, 3.5))
    assert PICTURES[name](axes[1]) is axes[1]
    assert not axes[0].has_data()
    assert dict(matplotlib.rcParams) == settings


def test_examples():
    runner = doctest.DocTestRunner()
    for name in plot.__all__:
        (example,) = doctest.DocTestFinder(exclude_empty=False).find(getattr(plot, name), name)
        assert example.examples, name
        runner.run(example)
    assert runner.tries > 10 and runner.failures == 0


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'iapt\[plot\]'"):
        plot.jacobson(SCORES)


def test_matplotlib_is_not_imported_before_the_first_picture():
    code = "import iapt.plot, sys; assert 'matplotlib' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
