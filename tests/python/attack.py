"""An attacker who reads a published report and works out what is hidden in it.

He knows nothing but the report and the official definitions: how counts are rounded, how percentages are, and which
counts come to which others. From that he narrows the range of every count, again and again, until nothing changes.
It shares nothing with the library and is written the other way round, so that neither overlooks what the other does.
"""

from fractions import Fraction

import numpy as np

SMALL = 4  # the largest count that is hidden
HALF = 2  # how far from the true count a shown one can be
MANY = 10**9  # more than any count, and far from where sums overflow

# Counts that are shown as numerator or denominator of a percentage only.
TREATED, COULD_RECOVER = "treated", "could_recover"

PERCENTAGES = {
    "M053": ("M052", "M076"),
    "M055": ("M054", "M076"),
    "M077": ("M153", "M056"),
    "M078": ("M075", "M056"),
    "M079": ("M076", "M056"),
    "M080": (TREATED, "M056"),
    "M081": ("M076", TREATED),
    "M123": ("M121", "M184"),
    "M124": ("M046", "M184"),
    "M125": ("M122", "M184"),
    "M126": ("M047", "M184"),
    "M180": ("M179", "M076"),
    "M186": ("M185", "M076"),
    "M192": ("M191", COULD_RECOVER),
    "M195": ("M193", COULD_RECOVER),
    "M205": ("M204", "M203"),
    "M288": ("M075", TREATED),
    "M362": ("M356", "M352"),
    "M363": ("M357", "M353"),
    "M364": ("M358", "M352"),
    "M365": ("M359", "M353"),
    "M366": ("M360", "M355"),
    "M367": ("M361", "M355"),
    "M1010": ("M189", "M076"),
    "Percentage_NoReliableChange": ("M187", "M076"),
}

END_CODES = "M057 M058 M059 M060 M061 M062 M063 M066 M069 M070 M071 M072 M340 M341 M342 M344"

# A whole and parts that come to it, by definition.
SUMS = [
    f"M056 = {END_CODES}",
    f"M056 = M153 {TREATED}",
    f"{TREATED} = M075 M076",
    "M031 = M032 M033 M034 M035",
    "M184 = M121 M046",
    "M046 = M122 M047",
    "M202 = M185 M187 M189",
    "M076 = M196 M197 M198",
    "M076 = M199 M200 M201",
    f"M076 = M179 {COULD_RECOVER}",
]

# Parts that come to no more than the whole, and to all of it where nothing is missing in the data.
PARTS = [
    "M023 = M024 M025 M026 M027",
    "M038 = M043 M044",
    "M076 = Count_AtCaseness M179",
    "M076 = M352 M353",
]

# What is on the left comes to no more than what is on the right.
AT_MOST = [
    "M030 < M029",
    "M032 < M036",
    "M036 < M032 M033",
    "M036 < M037",
    "M032 M033 M034 < M037",
    "M037 < M031",
    "M039 < M040",
    "M040 < M041",
    "M041 < M042",
    "M042 < M043",
    "M044 < M045",
    "M042 M045 < M038",
    "M028 < M056",
    "M073 < M028",  # who was never seen was never assessed
    "M074 < M153",
    "M153 < M073 M074",
    "M052 < M054",
    "M054 < M076",
    "M191 < Count_AtCaseness",
    "M191 < M202",
    "M193 < M191",
    "M193 < M185",
    "M191 M185 < M202 M193",  # of those paired, who recovered and who improved overlap in M193
    "M202 < M201",
    "M202 < M198",
    "M201 M198 < M076 M202",
    "M202 < Count_AtCaseness M179",
    f"Count_AtCaseness < {COULD_RECOVER}",
    "M203 < M076",
    "M204 < M203",
    "M204 < M198",
    "M212 < M076",
    "M217 < M076",
    "M222 < M076",
    "M227 < M076",
    "M232 < M076",
    "M237 < M076",
    "M354 < M352",
    "M355 < M353",
    "M356 < M358",
    "M358 < M352",
    "M357 < M359",
    "M359 < M353",
    "M360 < M361",
    "M361 < M355",
    "Count_FinishedCourseTreatmentContactDuration < M076",
]


class Figures:
    """What a report shows: counts and percentages of each group, in rows; the last row is the total.

    Attributes:
        counts: {cell: the count of each row, or None where none is shown}
        percents: {measure: the percentage of each row, or None}
    """

    def __init__(self, groups, counts, percents):
        self.groups, self.counts, self.percents = groups, counts, percents

    @classmethod
    def of(cls, report):
        rows = {}
        for row in report.to_dicts():
            group = None if row["is_total"] else tuple(row[name] for name in report.by)
            rows.setdefault(group, {})[row["measure_id"]] = row
        rows = {group: rows[group] for group in [*(g for g in rows if g is not None), None]}
        figures = list(rows.values())
        first = figures[0]
        counts = {
            name: [whole(row[name]["value"]) for row in figures]
            for name, row in first.items()
            if row["measure"].startswith("Count_") and name != "M089"
        }
        for name in (TREATED, COULD_RECOVER):
            shown = [(m, side) for m, cells in PERCENTAGES.items() for side, cell in enumerate(cells) if cell == name]
            counts[name] = [
                next((n for m, side in shown if (n := row[m][("numerator", "denominator")[side]]) is not None), None)
                for row in figures
            ]
        percents = {name: [whole(row[name]["value"]) for row in figures] for name in PERCENTAGES}
        return cls(list(rows), counts, percents)

    def published(self):
        """Exact counts as they would be with primary suppression alone."""
        counts = {name: [hidden_or_rounded(n) for n in row] for name, row in self.counts.items()}
        percents = {}
        for name, cells in PERCENTAGES.items():
            pairs = zip(*(self.counts[cell] for cell in cells), strict=True)
            percents[name] = [whole_percent(n, d) for n, d in pairs]
        return Figures(self.groups, counts, percents)

    def nothing(self):
        """The same report with all of it hidden."""
        none = [None] * len(self.groups)
        return Figures(self.groups, dict.fromkeys(self.counts, none), dict.fromkeys(self.percents, none))


def hidden_or_rounded(count):
    return 5 * ((count + 2) // 5) if count is not None and count > SMALL else None


def whole_percent(part, all_):
    if part is None or all_ is None or part <= SMALL:
        return None
    return int(Fraction(100 * part, all_) + Fraction(1, 2))


def whole(value):
    return None if value is None else int(value)


class Attack:
    """The ranges of all counts, narrowed as far as they go.

    Of a hidden count he guesses rightly whether it is hidden because it is small; `truth` decides nothing else.
    """

    def __init__(self, shown, truth, exact_total=False):
        self.cells = [name for name, counts in truth.counts.items() if None not in counts]  # not those that are missing
        self.groups = truth.groups
        self.place = {name: at for at, name in enumerate(self.cells)}
        self.truth = np.array([truth.counts[name] for name in self.cells], dtype=np.int64).T
        known = np.array([[-1 if n is None else n for n in shown.counts[name]] for name in self.cells]).T
        self.hidden = known < 0
        self.low = np.where(self.hidden, 0, np.maximum(known - HALF, SMALL + 1))
        self.high = np.where(self.hidden, np.where(self.truth <= SMALL, SMALL, MANY), known + HALF)
        if exact_total:
            self.hidden[-1] = False
            self.low[-1] = self.high[-1] = self.truth[-1]
        known_pairs = [name for name, cells in PERCENTAGES.items() if self.place.keys() >= set(cells)]
        self.percents = [self.percent(name, shown, exact_total) for name in known_pairs]
        self.relations = list(self.related())
        while self.narrow():
            pass

    def percent(self, name, shown, exact_total):
        """The cells of a percentage, and the rows in which it is shown as a whole number."""
        values = np.array([-1 if n is None else n for n in shown.percents[name]])
        if exact_total:
            values[-1] = -1
        of, over = PERCENTAGES[name]
        return self.place[of], self.place[over], values

    def related(self):
        """(cells, factors, most): the sum of the cells times their factors is from 0 to the most, row by row."""
        nothing = np.zeros(len(self.groups), dtype=np.int64)
        for text in SUMS + PARTS + AT_MOST:
            less, sign, more = text.partition(" < ")
            if not sign:
                more, _, less = text.partition(" = ")
            less, more = less.split(), more.split()
            if not self.place.keys() >= {*less, *more}:
                continue
            cells = [self.place[name] for name in more + less]
            factors = np.array([1] * len(more) + [-1] * len(less))
            comes_to = self.truth[:, cells] @ factors == 0
            yield cells, factors, np.where(comes_to & (sign == ""), nothing, MANY)

    def narrow(self):
        before = self.low.sum() - self.high.sum()
        for cells, factors, most in self.relations:
            self.narrow_relation(cells, factors, most)
        for of, over, values in self.percents:
            self.narrow_percent(of, over, values)
        self.narrow_groups()
        return self.low.sum() - self.high.sum() > before

    def narrow_relation(self, cells, factors, most):
        low, high = self.low[:, cells], self.high[:, cells]
        least = np.where(factors > 0, low, -high)
        largest = np.where(factors > 0, high, -low)
        # What is left for each cell when the others take as much, or as little, as they can.
        up = most[:, None] - (least.sum(axis=1, keepdims=True) - least)
        down = -(largest.sum(axis=1, keepdims=True) - largest)
        self.low[:, cells] = np.maximum(low, np.where(factors > 0, down, -up))
        self.high[:, cells] = np.minimum(high, np.where(factors > 0, up, -down))

    def narrow_percent(self, of, over, values):
        """A percentage of P is from P - 1/2, included, to P + 1/2."""
        rows = np.flatnonzero(values >= 0)
        least, most = 2 * values[rows] - 1, 2 * values[rows] + 1
        part, all_ = (rows, of), (rows, over)
        self.low[part] = np.maximum(self.low[part], -(-least * self.low[all_] // 200))
        self.high[part] = np.minimum(self.high[part], (most * self.high[all_] - 1) // 200)
        self.low[all_] = np.maximum(self.low[all_], 200 * self.low[part] // most + 1)
        highest = np.where(least > 0, 200 * self.high[part] // np.maximum(least, 1), MANY)
        self.high[all_] = np.minimum(self.high[all_], highest)

    def narrow_groups(self):
        """The groups come to the total."""
        if len(self.groups) == 1:
            return
        low, high = self.low[:-1], self.high[:-1]
        self.low[-1] = np.maximum(self.low[-1], low.sum(axis=0))
        self.high[-1] = np.minimum(self.high[-1], high.sum(axis=0))
        self.low[:-1] = np.maximum(low, self.low[-1] - (high.sum(axis=0) - high))
        self.high[:-1] = np.minimum(high, self.high[-1] - (low.sum(axis=0) - low))

    def is_sound(self):
        """Whether every count is where he believes it to be."""
        return bool(((self.low <= self.truth) & (self.truth <= self.high)).all())

    def found(self):
        """The small counts that are hidden and have one possible value: group, cell and value."""
        pinned = self.hidden & (self.truth <= SMALL) & (self.low == self.high)
        return [(self.groups[row], self.cells[cell], int(self.low[row, cell])) for row, cell in np.argwhere(pinned)]
