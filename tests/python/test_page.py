"""The page of a report and the short table: complete, true to the report, accessible, and safe with any name."""

import base64
import importlib.resources
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import pytest

import iapt
import small_service as service
from kinds import library

library("jinja2")
pl = library("polars")

from iapt import _cells, _page, _pictures  # noqa: E402

HOSTILE = "<script>alert('P3')</script>"
VOID = {"meta", "img", "br", "link", "input", "hr"}
INDICATORS = [tuple(indicator) for indicator in iapt._iapt._indicators()]


class Element:
    def __init__(self, name, attributes, parent):
        self.name, self.attributes, self.parent = name, attributes, parent
        self.children, self.texts = [], []

    def __iter__(self):
        yield self
        for child in self.children:
            yield from child

    def all(self, *names):
        return [element for element in self if element.name in names]

    @property
    def text(self):
        return "".join(part if isinstance(part, str) else part.text for part in self.texts)


class Tree(HTMLParser):
    """The elements of a page; every one must be closed in its turn."""

    def __init__(self, page):
        super().__init__()
        self.root = self.at = Element("", {}, None)
        self.feed(page)
        self.close()
        assert self.at is self.root

    def handle_starttag(self, name, attributes):
        assert len(dict(attributes)) == len(attributes), name
        element = Element(name, dict(attributes), self.at)
        self.at.children.append(element)
        self.at.texts.append(element)
        if name not in VOID:
            self.at = element

    def handle_endtag(self, name):
        assert name == self.at.name, f"</{name}> closes <{self.at.name}>"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.texts.append(data)


def tree(page):
    return Tree(page).root


def report_of(by="provider", providers=service.PROVIDERS, each=90, **options):
    tables = service.rows(providers=providers, each=each)
    return iapt.report(service.derived(pl, tables), "2024-25", by=by, progress=False, **options)


@pytest.fixture(scope="module")
def exact():
    """Four groups: measures are rows."""
    return report_of(disclosure=False)


@pytest.fixture(scope="module")
def many():
    """More groups than fit side by side: groups are rows."""
    return report_of(providers=[*(f"P{n}" for n in range(1, 13)), HOSTILE, "", None], each=12, disclosure=False)


@pytest.fixture(scope="module")
def pages(exact, many):
    return {"few": (exact, _page.page(exact)), "many": (many, _page.page(many))}


either = pytest.mark.parametrize("size", ["few", "many"])


# Every figure is there


def test_every_measure_has_one_theme():
    for _, name, _, _ in INDICATORS:
        fits = [heading for heading, pattern in _page.THEMES.items() if re.search(pattern, name)]
        assert fits == [_page.theme(name)], name


@either
def test_every_measure_is_on_the_page_once(size, pages):
    ids = [element.attributes["id"] for element in tree(pages[size][1]) if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    there = [element.attributes["id"] for element in tree(pages[size][1]).all("th") if "id" in element.attributes]
    assert sorted(there) == sorted(measure_id for measure_id, *_ in INDICATORS)


def test_a_measure_nobody_knows_is_shown_too():
    assert _page.theme("Count_SomethingNew") == _page.OTHERS


def shown(page):
    """From measure and group to the texts of the cell, for both kinds of tables."""
    found = {}
    for table in tree(page).all("table"):
        head, *rows = [row.children for row in table.all("tr")]
        for row in rows:
            for column, cell in zip(head[1:], row[1:], strict=True):
                measure, group = (row[0], column) if "id" in row[0].attributes else (column, row[0])
                assert (measure.attributes["id"], group.text) not in found
                found[measure.attributes["id"], group.text] = cell
    return found


@either
def test_the_page_says_what_the_report_says(size, pages):
    report, page = pages[size]
    cells = shown(page)
    rows = report.to_dicts()
    assert len(cells) == len(rows)
    for row in rows:
        group = "Total" if row["is_total"] else "(none)" if row["provider"] is None else row["provider"]
        cell = cells[row["measure_id"], group]
        if row["status"] == "ok":
            number = re.match(r"[\d.,-]+", cell.text).group().replace(",", "")
            assert float(number) == row["value"]
            assert ("%" in cell.text) == row["measure"].startswith("Percentage_")
            assert ("to" in cell.text) == (row["lower"] is not None)
            if row["lower"] is not None:
                assert f"{row['lower']:.1f} to {row['upper']:.1f}" in cell.text
            marks = [mark.attributes["aria-label"] for mark in cell.all("b")]
            assert marks == ([_cells.AGAINST[row["against_target"]][1]] if row["against_target"] else [])
        else:
            assert (cell.text, cell.children[0].attributes["aria-label"]) == SIGNS[row["status"]]


SIGNS = {"suppressed": ("*", "hidden"), "not_applicable": ("–", "not applicable"), "missing": ("?", "not known")}


# Proves DISCLOSURE-11.
def test_the_four_states_look_and_read_differently():
    report = report_of(disclosure=False, each=1)
    cells = shown(_page.page(report))
    states = {row["status"] for row in report.to_dicts()}
    assert states == {"ok", "missing", "not_applicable"}
    assert cells["M019", "P1"].text == "0"
    hidden = report_of(each=5)
    assert {row["status"] for row in hidden.to_dicts()} >= {"suppressed", "missing"}
    page = _page.page(hidden)
    assert {cell.text for cell in shown(page).values()} >= {"*", "?"}
    legend = [term.text.strip() for term in tree(page).all("dt")]
    assert legend[:4] == ["0", "*", "–", "?"]
    assert len(tree(page).all("dd")) == len(legend) == 7


def test_groups_are_in_natural_order_and_the_total_is_last(pages):
    few = tree(pages["few"][1]).all("thead")[0].all("th")
    assert [cell.text for cell in few] == ["Measure", HOSTILE, "P1", "P2", "P10", "Total"]
    assert few[-1].attributes["class"] == "total"
    table = tree(pages["many"][1]).all("table")[0]
    names = [cell.text for row in table.all("tbody") for cell in row.all("th")]
    assert names == ["", HOSTILE, *(f"P{n}" for n in range(1, 13)), "(none)"]
    assert [cell.text for cell in table.all("tfoot")[0].all("th")] == ["Total"]


def test_natural_order():
    names = ["b", "A10", "a9", "a", "10", "9", "9" * 5000, "", "é", "٣", None, "a09"]
    ordered = sorted([[name] for name in names], key=_cells.natural)
    expected = ["", "9", "10", "9" * 5000, "a", "a09", "a9", "A10", "b", "é", "٣", None]
    assert [name for (name,) in ordered] == expected


def test_groups_of_several_columns():
    page = _page.page(report_of(by=["provider", "gender"], providers=["N", "S"], disclosure=False))
    heads = [cell.text for cell in tree(page).all("thead")[0].all("th")]
    assert heads == ["Measure", "N · 1", "N · 2", "S · 1", "S · 2", "Total"]
    assert "By provider, gender: 4 groups and the total." in tree(page).text


def test_a_report_without_groups():
    page = _page.page(report_of(by=()))
    assert [cell.text for cell in tree(page).all("thead")[0].all("th")] == ["Measure", "Total"]
    assert "All referrals, not broken down." in tree(page).text


def test_groups_that_are_nan():
    frames = {name: pl.DataFrame(table) for name, table in service.rows(providers=["P"]).items()}
    share = pl.Series([(1.5, float("nan"), None)[number % 3] for number in range(90)])
    derived = iapt.derive(frames["referrals"].with_columns(share=share), frames["contacts"], frames["scores"])
    page = _page.page(iapt.report(derived, "2024-25", by="share", disclosure=False))
    assert [cell.text for cell in tree(page).all("thead")[0].all("th")] == ["Measure", "1.5", "(none)", "Total"]


def test_groups_of_other_types(monkeypatch):
    monkeypatch.setattr(_pictures, "FUNNELS", ())
    tables = service.rows(providers=["P"])
    frames = {name: pl.DataFrame(table) for name, table in tables.items()}
    day = frames["referrals"]["referral_date"].str.to_date()
    months = frames["referrals"].with_columns(month=day.dt.month_start(), half=day.dt.month() > 6, decile=day.dt.day())
    derived = iapt.derive(months, frames["contacts"], frames["scores"])
    for by, first in (("month", "2024-04-01"), ("half", "False"), ("decile", "1")):
        report = iapt.report(derived, "2024-25", by=by, disclosure=False)
        assert first in {group for _, group in shown(_page.page(report))}


# Key figures


def test_key_figures_have_words_beside_colours(pages):
    report, page = pages["few"]
    total = {row["measure_id"]: row for row in report.to_dicts() if row["is_total"]}
    cards = [item for item in tree(page).all("li") if item.all("h3")]
    assert len(cards) == len(_page.KEY)
    for measure_id, card in zip(_page.KEY, cards, strict=True):
        row = total[measure_id]
        assert measure_id in card.text
        if row["target"] is not None:
            assert f"Target {row['target']:.0f}\N{NO-BREAK SPACE}%" in card.text
            assert _cells.AGAINST[row["against_target"]][1] in card.text
            assert f"95 % interval {row['lower']} to {row['upper']}" in card.text


def test_words_of_measures():
    assert _cells.words("Percentage_ReliableRecovery") == "Percentage: reliable recovery"
    assert _cells.words("Count_OpenReferralNoActivity61to90days") == "Count: open referral no activity 61 to 90 days"
    assert _cells.words("SD_Start_PHQ9") == "SD: start, PHQ9"
    assert _cells.words("Count_PairedPHQAndADSMOrGAD") == "Count: paired PHQ and ADSM or GAD"
    assert _cells.words("") == "" and _cells.words("é_ß") == "É: ß"
    texts = [_cells.words(name) for _, name, _, _ in INDICATORS]
    assert len(set(texts)) == len(texts)


# Safe with any name


def test_names_are_text(pages):
    for _, page in pages.values():
        assert not tree(page).all("script")
        assert HOSTILE in tree(page).text


@pytest.mark.parametrize(
    "name",
    [
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}{% raw %}",
        "</style></table></html>",
        "&lt;b&gt;",
        "$\\frac{1}{0}$ $x^$",
        "a\0b\nc",
        "\N{RIGHT-TO-LEFT OVERRIDE}אבג",
        "日本語 🏥",
        "x" * 3000,
    ],
    ids=["attribute", "template", "closing tags", "entities", "formula", "control", "right to left", "letters", "long"],
)
def test_hostile_groups_and_titles(name, monkeypatch):
    monkeypatch.setattr(_pictures, "FUNNELS", _pictures.FUNNELS[:1])
    report = report_of(providers=[name, "b", "c"], each=30, disclosure=False)
    page = _page.page(report, name)
    root = tree(page)
    assert root.all("h1")[0].text == name
    assert name in [cell.text for cell in root.all("th")]
    assert {element.name for element in root} <= KNOWN
    assert root.all("table")[0].text.count(name) == 1
    assert name in tree(_page.table(report)).text


KNOWN = {"", "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "nav", "ul", "li", "a"}
KNOWN |= {"main", "section", "small", "span", "dl", "dt", "dd", "div", "figure", "img", "table", "caption", "thead"}
KNOWN |= {"tbody", "tfoot", "tr", "th", "td", "i", "b", "footer", "code"}


@either
def test_nothing_is_loaded(size, pages):
    page = pages[size][1]
    for element in tree(page):
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "srcset", "action", "data", "poster", "background"):
                assert value.startswith(("#", "data:image/svg+xml;base64,"))
    assert "://" not in page and "@import" not in page and "url(" not in page
    policy = [meta.attributes["content"] for meta in tree(page).all("meta") if "http-equiv" in meta.attributes]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_the_same_report_is_the_same_page(exact, pages):
    assert _page.page(exact) == pages["few"][1]


# Accessible


@either
def test_structure(size, pages):
    root = tree(pages[size][1])
    assert root.all("html")[0].attributes["lang"] == "en-GB"
    assert root.all("title")[0].text.startswith("NHS Talking Therapies")
    assert len(root.all("h1")) == len(root.all("main")) == 1
    levels = [int(heading.name[1]) for heading in root.all("h1", "h2", "h3")]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    places = {element.attributes.get("id") for element in root}
    links = [link.attributes["href"].removeprefix("#") for link in root.all("a")]
    labels = [e.attributes["aria-labelledby"] for e in root if "aria-labelledby" in e.attributes]
    assert set(links) | set(labels) <= places
    assert {heading.attributes["id"] for heading in root.all("h2")} == set(links)


@either
def test_tables_can_be_read_aloud_and_scrolled_by_keys(size, pages):
    for table in tree(pages[size][1]).all("table"):
        assert table.all("caption")[0].text
        assert {head.attributes["scope"] for head in table.all("th")} == {"col", "row"}
        widths = {len(row.children) for row in table.all("tr")}
        assert len(widths) == 1
        box = table.parent
        assert (box.attributes["role"], box.attributes["tabindex"]) == ("region", "0")
        assert box.attributes["aria-labelledby"] == table.all("caption")[0].attributes["id"]


def test_every_sign_has_a_text(pages):
    for _, page in pages.values():
        for element in tree(page):
            if element.attributes.get("role") == "img":
                assert element.attributes["aria-label"]
            if element.name == "img":
                assert len(element.attributes["alt"]) > 30


def test_contrasts_of_colours(pages):
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", pages["few"][1]))
    for text in ("ink", "quiet", "blue", "above", "below", "across"):
        grounds = ["paper", "pale"] + ([f"{text}-paper"] if f"{text}-paper" in colors else [])
        for ground in grounds:
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)


def contrast(one, other):
    """The ratio of WCAG 2."""
    dark, light = sorted(luminance(color) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# Pictures


def test_pictures_of_groups(pages):
    library("matplotlib")
    alts = [picture.attributes["alt"] for picture in tree(pages["few"][1]).all("img")]
    assert len(alts) == 2 * len(_pictures.FUNNELS)
    assert sum(alt.startswith("Funnel plot: ") for alt in alts) == len(_pictures.FUNNELS)
    assert all("by provider" in alt for alt in alts)


def test_no_pictures_of_two_groups_or_of_two_columns():
    library("matplotlib")
    for by, providers, why in (
        ("provider", ["a", "b"], "at least 3 groups"),
        (["provider", "gender"], ["a", "b", "c"], "one column"),
        ((), ["a", "b", "c"], "one column"),
    ):
        page = _page.page(report_of(by=by, providers=providers, disclosure=False))
        assert not tree(page).all("img")
        assert why in page


def test_what_is_hidden_is_in_no_picture():
    library("matplotlib")
    report = report_of(each=4)
    assert {row["status"] for row in report.to_dicts() if row["measure_id"] == "M192"} == {"suppressed"}
    assert not tree(_page.page(report)).all("img")


def test_pictures_of_months(exact):
    library("matplotlib")
    derived = service.derived(pl)
    months = [iapt.report(derived, month, by="provider") for month in iapt._iapt._period_months("2024-25")]
    exact_months = [iapt.report(derived, month, disclosure=False) for month in iapt._iapt._period_months("2024-25")]
    for reports in (months, exact_months, exact_months[3:4]):
        page = _page.page(exact, None, reports)
        runs = [picture for picture in tree(page).all("img") if picture.attributes["alt"].startswith("Run chart: ")]
        there = any(r["status"] == "ok" for m in reports for r in m.to_dicts() if r["measure_id"] == "M192")
        assert len(runs) == (2 if there else 0)
    assert "month by month from Jul 24 to Jul 24" in page


def test_without_matplotlib_the_page_says_how_to_get_pictures(tmp_path):
    script = "import sys; sys.modules['matplotlib'] = None; sys.path.insert(0, sys.argv[1])\n"
    script += "import polars, iapt, small_service\n"
    script += "report = iapt.report(small_service.derived(polars), '2024-25', by='provider', disclosure=False)\n"
    script += "report.save_html(sys.argv[2], 'T')\n"
    out = tmp_path / "page.html"
    subprocess.run([sys.executable, "-c", script, service.__file__.rpartition("/")[0], str(out)], check=True)
    assert "Pictures need matplotlib: <code>pip install &#39;iapt[report]&#39;</code>" in out.read_text()
    assert not tree(out.read_text()).all("img")


# The short table, and the package


def test_short_table(exact, many):
    table = tree(_page.table(exact))
    assert [row.children[0].text for row in table.all("tr")] == ["provider", HOSTILE, "P1", "P2", "P10", "Total"]
    assert len({sum(int(c.attributes.get("colspan", 1)) for c in row.children) for row in table.all("tr")}) == 1
    assert table.all("td")[0].text == "90"
    wide = report_of(providers=[f"P{n}" for n in range(30)], each=3)
    rows = [row.children[0].text for row in tree(_page.table(wide)).all("tr")]
    assert len(rows) == _page.SHORT_GROUPS + 3
    assert rows[-2:] == ["and 10 more groups", "Total"]
    assert "2024-04-01 to 2025-03-31" in exact._repr_html_()


def test_the_short_table_needs_no_other_library(exact):
    script = "import sys\nfor name in ('jinja2', 'matplotlib', 'markupsafe'): sys.modules[name] = None\n"
    subprocess.run([sys.executable, "-c", script + "import iapt._page"], check=True)


def test_pages_need_jinja2(exact, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ImportError, match=r"iapt\[report\]"):
        _page.page(exact)


def test_the_template_is_part_of_the_package():
    assert importlib.resources.files("iapt").joinpath("templates", "report.html").is_file()


# In a browser


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Runs Chromium on a page; returns what it made of it and what it said."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("NOT TESTED IN A BROWSER: chromium is not installed")
    profile = tmp_path_factory.mktemp("profile")

    def run(path, *more):
        line = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        line += ["--virtual-time-budget=2000", "--enable-logging=stderr", *more, path.as_uri()]
        done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=120)
        console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        return done.stdout, console

    return run


def test_the_browser_would_tell_of_errors(chromium, tmp_path, pages):
    broken = tmp_path / "broken.html"
    broken.write_text(pages["few"][1].replace("</body>", "<script>1</script></body>"))
    assert chromium(broken, "--dump-dom")[1]


@either
def test_in_a_browser(size, chromium, tmp_path, pages):
    path = tmp_path / "page.html"
    path.write_text(pages[size][1])
    dom, console = chromium(path, "--dump-dom")
    assert console == []
    assert shown(dom).keys() == shown(pages[size][1]).keys()
    picture = tmp_path / "page.png"
    chromium(path, f"--screenshot={picture}", "--window-size=1200,3000")
    assert picture.read_bytes().startswith(b"\x89PNG")


MEASURE = """<!doctype html><iframe style="border:0;width:{width}px;height:900px"></iframe><script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const inside = frame.contentDocument;
  const images = [...inside.images].every(image => image.complete && image.naturalWidth > 0);
  const {{scrollWidth, clientWidth}} = inside.documentElement;
  document.title = `${{clientWidth > {width} - 30 && scrollWidth <= clientWidth}} ${{images}}`;
}};
frame.srcdoc = new TextDecoder().decode(Uint8Array.from(atob("{page}"), letter => letter.charCodeAt(0)));
</script>"""


@either
@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out_of_a_narrow_window(size, width, chromium, tmp_path, pages):
    page = base64.b64encode(pages[size][1].encode()).decode()
    path = tmp_path / "frame.html"
    path.write_text(MEASURE.format(width=width, page=page))
    dom, _ = chromium(path, "--dump-dom", "--window-size=1300,1000")
    assert re.search(r"<title>(.*?)</title>", dom).group(1) == "true true"
