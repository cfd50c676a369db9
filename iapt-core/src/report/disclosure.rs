//! Disclosure control of a whole report: what may be shown of all its figures together, so that no small count can be
//! worked out from the others.
//!
//! Counts of 0 to 4 are hidden and all others rounded to 5; percentages are whole numbers and hidden with their counts.
//! Then the report is read as an attacker would: every shown count is known to within its rounding, every percentage to
//! its own, and counts belong together (groups to their total, parts to their whole). From that the attacker narrows
//! the range of every hidden count, again and again. Where a small count is left with one possible value, another figure
//! that helped is hidden, too, until none is.

use super::conditions::Conditions;
use super::figure::{Figure, Number, Status};
use super::indicators::{Formula, Indicator, RELATIONS, Relation, Terms};
use crate::disclosure::{largest_suppressed, rounded, rounding_base};
use crate::error::ErrorKind;
use crate::rates::Rate;
use alloc::vec::Vec;

/// The figures of a group of referrals, in the order of [`INDICATORS`].
pub(crate) type Figures = Vec<Figure>;

/// Hides what must not be shown of the figures of all groups and of their total, and rounds the rest.
///
/// A `national` total is shown exactly, as national rows are.
pub(crate) fn disclose(groups: &mut [Figures], total: &mut Figures, national: bool) -> Result<(), ErrorKind> {
    let plan = Plan::of(total);
    let mut rows: Vec<&mut Figures> = Vec::new();
    rows.try_reserve_exact(groups.len() + 1).map_err(|_| ErrorKind::OutOfMemory)?;
    rows.extend(groups.iter_mut().chain([total]));
    let mut table = Shield::new(&plan, &rows, national)?;
    table.hide_until_safe();
    let last = rows.len() - 1;
    for (row, figures) in rows.into_iter().enumerate() {
        if !(national && row == last) {
            table.publish(row, figures);
        }
    }
    Ok(())
}

/// Which counts a report shows, and how they belong together.
struct Plan {
    cells: Vec<Terms>,
    sums: Vec<Sums>,
    /// Of each official measure, in their order, the counts that it shows or rests on.
    uses: Vec<Use>,
}

/// Two sums of counts, of which the first is no more than the second.
struct Sums {
    few: Vec<usize>,
    many: Vec<usize>,
    relation: Relation,
}

/// The counts of an official measure.
#[derive(Clone, Copy)]
enum Use {
    Count(usize),
    Percent(usize, usize),
    /// A statistic of referrals that a count may count, too.
    Statistic(Option<usize>),
    /// A single referral's value.
    Extreme,
}

impl Plan {
    /// What the figures of a row show; a figure that is missing shows nothing.
    fn of(figures: &[Figure]) -> Self {
        let mut plan = Self { cells: Vec::new(), sums: Vec::new(), uses: Vec::new() };
        for figure in figures.iter().filter(|figure| figure.status != Status::Missing) {
            match figure.indicator.formula {
                Formula::Count(over) => plan.add(Terms::new(over)),
                Formula::Percent(of, over) => [of, over].into_iter().for_each(|terms| plan.add(terms)),
                _ => {}
            }
        }
        plan.uses = figures.iter().map(|figure| plan.use_of(figure.indicator.formula)).collect();
        plan.relate_differences();
        plan.relate_sums();
        plan.relate_subsets();
        plan
    }

    fn use_of(&self, formula: Formula) -> Use {
        match formula {
            Formula::Count(over) => self.find(Terms::new(over)).map_or(Use::Extreme, Use::Count),
            Formula::Percent(of, over) => {
                self.find(of).zip(self.find(over)).map_or(Use::Extreme, |(of, over)| Use::Percent(of, over))
            }
            Formula::Max(..) | Formula::Min(..) => Use::Extreme,
            _ => Use::Statistic(formula.over().and_then(|over| self.find(Terms::new(over)))),
        }
    }

    /// The percentages: which measure, and of which counts.
    fn percents(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.uses.iter().enumerate().filter_map(|(measure, used)| match used {
            Use::Percent(of, over) => Some((measure, *of, *over)),
            _ => None,
        })
    }

    fn add(&mut self, terms: Terms) {
        if self.find(terms).is_none() {
            self.cells.push(terms);
        }
    }

    fn find(&self, terms: Terms) -> Option<usize> {
        self.cells.iter().position(|known| *known == terms)
    }

    /// What is left and what was taken off come to the whole.
    fn relate_differences(&mut self) {
        let whole = |(at, terms): (usize, &Terms)| {
            let (whole, minus) = (Terms::new(terms.plus), Terms::new(terms.minus?));
            let few = [at, self.find(minus)?].into();
            Some(Sums { few, many: [self.find(whole)?].into(), relation: Relation::Equal })
        };
        let found: Vec<_> = self.cells.iter().enumerate().filter_map(whole).collect();
        self.sums.extend(found);
    }

    fn relate_sums(&mut self) {
        let cell = |name: &&str| {
            let of = |id: &str| Indicator::named(id).map(|indicator| indicator.formula);
            match name.strip_suffix(" denominator") {
                Some(id) => match of(id)? {
                    Formula::Percent(_, over) => self.find(over),
                    _ => None,
                },
                None => match of(name)? {
                    Formula::Count(over) => self.find(Terms::new(over)),
                    _ => None,
                },
            }
        };
        let cells = |names: &[&str]| names.iter().map(cell).collect::<Option<Vec<_>>>();
        let sums = |(few, relation, many): &(&[&str], Relation, &[&str])| {
            Some(Sums { few: cells(few)?, many: cells(many)?, relation: *relation })
        };
        let found: Vec<_> = RELATIONS.iter().filter_map(sums).collect();
        self.sums.extend(found);
    }

    /// Whoever meets more conditions is among those who meet fewer.
    fn relate_subsets(&mut self) {
        let closed: Vec<_> = self.cells.iter().map(|cell| cell.single().map(Conditions::closure)).collect();
        let within = |part: usize, whole: usize| {
            part != whole
                && closed[part].zip(self.cells[whole].single()).is_some_and(|(all, some)| all.include(some))
        };
        let all = 0..self.cells.len();
        let mut found = Vec::new();
        for part in all.clone() {
            for whole in all.clone().filter(|whole| within(part, *whole)) {
                if !all.clone().any(|between| within(part, between) && within(between, whole)) {
                    let relation = Relation::AtMost;
                    found.push(Sums { few: [part].into(), many: [whole].into(), relation });
                }
            }
        }
        self.sums.extend(found);
    }
}

/// The least and the most that a count can be.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bounds {
    low: i64,
    high: i64,
}

/// More than any count.
const NO_BOUND: i64 = 1 << 48;

/// The counts of all groups and of their total, in rows of cells, as an attacker sees them.
struct Shield<'p> {
    plan: &'p Plan,
    rows: usize,
    counts: Vec<i64>,
    /// Of each row and cell, whether the count is hidden.
    hidden: Vec<bool>,
    /// Of each row and official measure, whether it is hidden though its counts are shown.
    withheld: Vec<bool>,
    bounds: Vec<Bounds>,
    /// Of each row and relation, whether the sums are equal.
    equal: Vec<bool>,
    national: bool,
}

impl<'p> Shield<'p> {
    fn new(plan: &'p Plan, rows: &[&mut Figures], national: bool) -> Result<Self, ErrorKind> {
        let mut counts = Vec::new();
        let cells = rows.len().checked_mul(plan.cells.len()).ok_or(ErrorKind::TooLarge)?;
        counts.try_reserve_exact(cells).map_err(|_| ErrorKind::OutOfMemory)?;
        for figures in rows {
            let start = counts.len();
            counts.resize(start + plan.cells.len(), 0);
            plan.read(figures, &mut counts[start..]);
        }
        let mut equal = Vec::new();
        for counts in counts.chunks(plan.cells.len().max(1)) {
            let sum = |cells: &[usize]| cells.iter().map(|cell| counts[*cell]).sum::<i64>();
            equal.extend(plan.sums.iter().map(|sums| match sums.relation {
                Relation::Equal => true,
                Relation::UpTo => sum(&sums.few) == sum(&sums.many),
                Relation::AtMost => false,
            }));
        }
        let withheld = alloc::vec![false; rows.len() * plan.uses.len()];
        let mut shield = Self {
            plan,
            rows: rows.len(),
            hidden: Vec::new(),
            withheld,
            counts,
            bounds: Vec::new(),
            equal,
            national,
        };
        shield.hidden =
            (0..shield.counts.len()).map(|at| shield.is_small(at) && shield.may_hide(at)).collect();
        Ok(shield)
    }

    // Rule DISCLOSURE-5: Of a report more is hidden until no small count can be worked out from all its
    // figures together. Source: this project's choice.
    fn hide_until_safe(&mut self) {
        let beyond_help = self.pinned_by_what_must_be_shown();
        loop {
            self.narrow();
            let mut helped = false;
            for at in self.pinned() {
                helped |= beyond_help.binary_search(&at).is_err() && self.hide_helper(at);
            }
            if !helped {
                return;
            }
        }
    }

    /// Small counts that a national total gives away, whatever else is hidden: there is none in the nation, say.
    fn pinned_by_what_must_be_shown(&mut self) -> Vec<usize> {
        if !self.national {
            return Vec::new();
        }
        let all = (0..self.counts.len()).map(|at| self.may_hide(at)).collect();
        let hidden = core::mem::replace(&mut self.hidden, all);
        self.narrow();
        self.hidden = hidden;
        self.pinned()
    }

    /// Small counts that are hidden but left with one possible value.
    fn pinned(&self) -> Vec<usize> {
        let is_pinned = |at: &usize| {
            let Bounds { low, high } = self.bounds[*at];
            self.hidden[*at] && self.is_small(*at) && low >= high
        };
        (0..self.counts.len()).filter(is_pinned).collect()
    }

    fn is_small(&self, at: usize) -> bool {
        self.counts[at] <= small()
    }

    /// Hides one of the figures that may have helped to work out a count: first a percentage of the same row, else the
    /// smallest count of its row or column; whether there was one.
    fn hide_helper(&mut self, at: usize) -> bool {
        let (row, cell) = (at / self.width(), at % self.width());
        let near = self.related(cell);
        let percent = self.shown_percents(row).filter(|(_, of, over)| near[*of] || near[*over]);
        let percent = percent.min_by_key(|(_, _, over)| self.counts[row * self.width() + over]);
        if let Some((measure, ..)) = percent {
            self.withheld[row * self.plan.uses.len() + measure] = true;
            return true;
        }
        let beside = (0..self.width()).filter(|other| near[*other]).map(|other| row * self.width() + other);
        let above = (0..self.rows).map(|row| row * self.width() + cell);
        let smallest = |cells: &mut dyn Iterator<Item = usize>| {
            cells
                .filter(|at| !self.hidden[*at] && self.may_hide(*at))
                .min_by_key(|at| (self.counts[*at], *at))
        };
        let victim = smallest(&mut beside.chain(above))
            .or_else(|| smallest(&mut (row * self.width()..(row + 1) * self.width())))
            .or_else(|| smallest(&mut (0..self.counts.len())));
        if let Some(victim) = victim {
            self.hidden[victim] = true;
        }
        victim.is_some()
    }

    /// Which counts stand in a relation with one.
    fn related(&self, cell: usize) -> Vec<bool> {
        let mut related = alloc::vec![false; self.width()];
        for sums in &self.plan.sums {
            let all = || sums.few.iter().chain(&sums.many);
            if all().any(|other| *other == cell) {
                all().for_each(|other| related[*other] = true);
            }
        }
        related
    }

    /// The percentages that are shown in a row.
    fn shown_percents(&self, row: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let hidden = move |cell: usize| self.hidden[row * self.width() + cell];
        let withheld = &self.withheld[row * self.plan.uses.len()..];
        let exact = self.is_exact(row);
        self.plan
            .percents()
            .filter(move |(measure, of, over)| !(exact || withheld[*measure] || hidden(*of) || hidden(*over)))
    }

    fn may_hide(&self, at: usize) -> bool {
        !self.is_exact(at / self.width())
    }

    /// Whether a row is shown exactly.
    // Rule DISCLOSURE-6: The total of a report is treated as any other row; it is exact only where the caller
    // says that it is a national row. Source: NHS England, Psychological Therapies annual reports, rows for
    // England; otherwise this project's choice.
    const fn is_exact(&self, row: usize) -> bool {
        self.national && row == self.rows - 1
    }

    const fn width(&self) -> usize {
        self.plan.cells.len()
    }

    /// What an attacker starts from: that small counts are small, and how shown ones were rounded.
    fn start(&self, at: usize) -> Bounds {
        let (count, small) = (self.counts[at], small());
        if self.hidden[at] {
            let (low, high) = if count <= small { (0, small) } else { (small + 1, NO_BOUND) };
            return Bounds { low, high };
        }
        if self.is_exact(at / self.width()) {
            return Bounds { low: count, high: count };
        }
        let (shown, half) = (round(count), half());
        Bounds { low: (shown - half).max(small + 1), high: shown + half }
    }

    /// Narrows the bounds of every count as far as they go.
    fn narrow(&mut self) {
        self.bounds = (0..self.counts.len()).map(|at| self.start(at)).collect();
        let mut rows = alloc::vec![true; self.rows];
        let mut columns = alloc::vec![true; self.width()];
        while rows.iter().chain(&columns).any(|again| *again) {
            for (row, again) in rows.iter_mut().enumerate() {
                if core::mem::take(again) {
                    self.narrow_row(row, &mut columns);
                }
            }
            for (cell, again) in columns.iter_mut().enumerate() {
                if core::mem::take(again) {
                    self.narrow_column(cell, &mut rows);
                }
            }
        }
    }

    /// Narrows a row, and tells which columns are to be looked at again.
    fn narrow_row(&mut self, row: usize, columns: &mut [bool]) {
        let (plan, width) = (self.plan, self.width());
        let percents: Vec<_> = self.shown_percents(row).collect();
        let equal = &self.equal[row * plan.sums.len()..];
        let cells = row * width..(row + 1) * width;
        let counts = &self.counts[cells.clone()];
        let bounds = &mut self.bounds[cells];
        let before = bounds.to_vec();
        let mut again = true;
        while core::mem::take(&mut again) {
            for (sums, equal) in plan.sums.iter().zip(equal) {
                again |= narrow_sums(bounds, &sums.few, &sums.many, *equal);
            }
            for (_, of, over) in &percents {
                again |= narrow_percent(bounds, *of, *over, [counts[*of], counts[*over]]);
            }
        }
        for (column, (before, after)) in columns.iter_mut().zip(before.iter().zip(&*bounds)) {
            *column |= before != after;
        }
    }

    /// Narrows a column, in which the groups come to their total, and tells which rows are to be looked at again.
    fn narrow_column(&mut self, cell: usize, rows: &mut [bool]) {
        let (width, total) = (self.width(), self.rows - 1);
        let parts: Vec<_> = (0..total).collect();
        let before: Vec<_> = (0..self.rows).map(|row| self.bounds[row * width + cell]).collect();
        let mut column = before.clone();
        while narrow_sums(&mut column, &parts, &[total], true) {}
        for (row, (before, after)) in before.iter().zip(&column).enumerate() {
            rows[row] |= before != after;
            self.bounds[row * width + cell] = *after;
        }
    }
}

/// Narrows bounds by two sums of which the first is no more than the second, or as much.
fn narrow_sums(bounds: &mut [Bounds], few: &[usize], many: &[usize], equal: bool) -> bool {
    let changed = narrow_at_most(bounds, few, many);
    if equal { changed | narrow_at_most(bounds, many, few) } else { changed }
}

fn narrow_at_most(bounds: &mut [Bounds], few: &[usize], many: &[usize]) -> bool {
    let least = few.iter().map(|cell| bounds[*cell].low).sum::<i64>();
    let most = many.iter().map(|cell| bounds[*cell].high).sum::<i64>();
    let mut changed = false;
    for cell in few {
        let rest = least - bounds[*cell].low;
        changed |= lower(&mut bounds[*cell].high, most - rest);
    }
    for cell in many {
        let rest = most - bounds[*cell].high;
        changed |= raise(&mut bounds[*cell].low, least - rest);
    }
    changed
}

/// Narrows bounds by a whole percentage, which is half a per cent wide.
fn narrow_percent(bounds: &mut [Bounds], of: usize, over: usize, [part, whole]: [i64; 2]) -> bool {
    let percent = (200 * part + whole).div_euclid(2 * whole.max(1));
    // Twice the percentage at its edges, of 200.
    let (from, below) = (2 * percent - 1, 2 * percent + 1);
    let (n, d) = (bounds[of], bounds[over]);
    let mut changed = raise(&mut bounds[of].low, (from * d.low + 199).div_euclid(200));
    changed |= lower(&mut bounds[of].high, (below * d.high + 199).div_euclid(200) - 1);
    changed |= raise(&mut bounds[over].low, (200 * n.low).div_euclid(below) + 1);
    if percent > 0 {
        changed |= lower(&mut bounds[over].high, (200 * n.high).div_euclid(from));
    }
    changed
}

fn raise(bound: &mut i64, to: i64) -> bool {
    let changed = to > *bound;
    *bound = to.max(*bound);
    changed
}

fn lower(bound: &mut i64, to: i64) -> bool {
    let changed = to < *bound;
    *bound = to.min(*bound);
    changed
}

fn small() -> i64 {
    largest_suppressed().cast_signed()
}

fn half() -> i64 {
    rounding_base().cast_signed() / 2
}

fn round(count: i64) -> i64 {
    u64::try_from(count).map_or(0, |count| rounded(count).cast_signed())
}

impl Plan {
    /// The counts that figures show.
    fn read(&self, figures: &[Figure], counts: &mut [i64]) {
        for (figure, used) in
            figures.iter().zip(&self.uses).filter(|(figure, _)| figure.status != Status::Missing)
        {
            match *used {
                Use::Count(cell) => counts[cell] = figure.referrals.cast_signed(),
                Use::Percent(of, over) => {
                    counts[of] = figure.numerator.unwrap_or(0);
                    counts[over] = figure.denominator.map_or(0, u64::cast_signed);
                }
                Use::Statistic(_) | Use::Extreme => {}
            }
        }
    }
}

impl Shield<'_> {
    fn publish(&self, row: usize, figures: &mut Figures) {
        let hidden = &self.hidden[row * self.width()..];
        let withheld = &self.withheld[row * self.plan.uses.len()..];
        for ((figure, used), withheld) in figures.iter_mut().zip(&self.plan.uses).zip(withheld) {
            if figure.status != Status::Missing {
                *figure = if *withheld { figure.suppressed() } else { published(figure, *used, hidden) };
            }
        }
    }
}

fn published(figure: &Figure, used: Use, hidden: &[bool]) -> Figure {
    // Rule DISCLOSURE-8: A mean, median, deviation or effect size over fewer than 5 referrals is suppressed;
    // smallest and largest values always are. Source: this project's choice.
    let is_small = figure.referrals.cast_signed() <= small();
    match used {
        Use::Count(cell) if !hidden[cell] => figure.rounded_count(),
        Use::Percent(of, over) if !hidden[of] && !hidden[over] => figure.rounded_percent(),
        Use::Statistic(cell) if !is_small && !cell.is_some_and(|cell| hidden[cell]) => {
            figure.rounded_statistic()
        }
        _ => figure.suppressed(),
    }
}

impl Figure {
    fn rounded_count(&self) -> Self {
        let count = round(self.referrals.cast_signed());
        Self { value: Some(Number::whole(count)), ..*self }
    }

    /// A whole percentage of the exact counts; its interval is that of the rounded ones.
    // Rule DISCLOSURE-7: Intervals under disclosure control are those of the rounded counts. Source: this
    // project's choice.
    fn rounded_percent(&self) -> Self {
        let (Some(numerator), Some(denominator)) = (self.numerator, self.denominator) else {
            return self.suppressed();
        };
        let counts = (u64::try_from(numerator).unwrap_or(0), denominator);
        let whole = Rate::new(counts.0, counts.1).ok().and_then(Rate::whole_percent);
        let (n, d) = (rounded(counts.0), rounded(counts.1));
        let mut figure = Self {
            value: whole.map(|percent| Number::whole(i64::from(percent))),
            numerator: Some(n.cast_signed()),
            denominator: Some(d),
            ..*self
        };
        if let Ok(rate) = Rate::new(n.min(d), d) {
            figure.compare(rate, 10);
        }
        figure
    }

    /// A sum is rounded as a count is; of other statistics the sum and the number of values are not shown.
    fn rounded_statistic(&self) -> Self {
        let value = match self.indicator.formula {
            Formula::Sum(..) => self.value.map(|sum| Number::whole(round(sum.to_tenths() / 10))),
            _ => self.value,
        };
        Self { value, numerator: None, denominator: None, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn ranges(most: i64) -> impl Iterator<Item = Bounds> + Clone {
        (0..=most).flat_map(move |low| (low..=most).map(move |high| Bounds { low, high }))
    }

    /// The least and the most of each count in all triples within these bounds for which this holds, if any.
    fn possible(bounds: &[Bounds; 3], holds: impl Fn([i64; 3]) -> bool) -> Option<[Bounds; 3]> {
        let [a, b, c] = bounds.map(|bounds| bounds.low..=bounds.high);
        let triples = a.flat_map(|a| b.clone().map(move |b| [a, b]));
        let triples =
            triples.flat_map(|[a, b]| c.clone().map(move |c| [a, b, c])).filter(|triple| holds(*triple));
        triples.fold(None, |found, triple| {
            let mut found = found.unwrap_or(triple.map(|count| Bounds { low: count, high: count }));
            for (bounds, count) in found.iter_mut().zip(triple) {
                *bounds = Bounds { low: bounds.low.min(count), high: bounds.high.max(count) };
            }
            Some(found)
        })
    }

    /// Of all ranges of three small counts just those values are left that can be.
    #[test]
    fn sums_leave_what_is_possible() {
        let some = || ranges(3);
        for bounds in some().flat_map(|a| some().flat_map(move |b| some().map(move |c| [a, b, c]))) {
            for (few, many, equal) in [
                (vec![0], vec![1, 2], false),
                (vec![0, 1], vec![2], false),
                (vec![0], vec![1, 2], true),
                (vec![0, 1], vec![2], true),
            ] {
                let sum =
                    |cells: &[usize], counts: [i64; 3]| cells.iter().map(|cell| counts[*cell]).sum::<i64>();
                let holds = |counts| {
                    let (few, many) = (sum(&few, counts), sum(&many, counts));
                    few == many || few < many && !equal
                };
                let Some(expected) = possible(&bounds, holds) else { continue };
                let mut narrowed = bounds;
                while {
                    let before = narrowed;
                    let changed = narrow_sums(&mut narrowed, &few, &many, equal);
                    assert_eq!(changed, narrowed != before, "says whether it changed something");
                    changed
                } {}
                assert!(narrowed == expected, "{few:?} {many:?} {equal}");
            }
        }
    }

    const CELLS: usize = 5;

    /// The counts of two groups and of their total, in cells of which the third is the sum of the first two, and the
    /// last that of the third and 9 more: what is known of the last tells something of the first, in two steps.
    fn with_shield<T>(groups: [[i64; 2]; 2], hide: bool, work: impl FnOnce(Shield<'_>) -> T) -> T {
        let terms = Terms::new(Conditions::default());
        let sums = |few, many| Sums { few, many: vec![many], relation: Relation::Equal };
        let plan = Plan {
            cells: vec![terms; CELLS],
            sums: vec![sums(vec![0, 1], 2), sums(vec![2, 3], 4)],
            uses: Vec::new(),
        };
        let total = [0, 1].map(|cell| groups[0][cell] + groups[1][cell]);
        let counts: Vec<_> = [(groups[0], 9), (groups[1], 9), (total, 18)]
            .into_iter()
            .flat_map(|([a, b], more)| [a, b, a + b, more, a + b + more])
            .collect();
        let mut hidden: Vec<_> = counts.iter().map(|count| *count <= small()).collect();
        hidden[0] |= hide;
        let (withheld, bounds, equal) = (Vec::new(), Vec::new(), vec![true; 3 * plan.sums.len()]);
        work(Shield { plan: &plan, rows: 3, counts, hidden, withheld, bounds, equal, national: false })
    }

    #[test]
    fn an_attacker_knows_how_counts_are_rounded_and_which_are_hidden() {
        with_shield([[7, 3], [12, 0]], true, |shield| {
            let known = [0, 1, 2, 5, 10].map(|at| (shield.start(at).low, shield.start(at).high));
            // Hidden beside a small one; small; 10 shown; 10 shown; 20 shown.
            assert_eq!(known, [(5, NO_BOUND), (0, 4), (8, 12), (8, 12), (18, 22)]);
        });
        with_shield([[5, 6], [9, 9]], false, |shield| {
            // 5 shown is no less than what may be shown.
            assert_eq!((shield.start(1).low, shield.start(1).high), (5, 7));
        });
    }

    /// What the attacker ends with holds the truth, and no sum of a row or a column narrows it further.
    #[test]
    // Proves DISCLOSURE-5.
    fn bounds_are_narrowed_as_far_as_they_go() {
        let some = [0, 1, 3, 4, 5, 7, 8, 12];
        let all = || some.into_iter().flat_map(|a| some.map(|b| [a, b]));
        for (groups, hide) in
            all().flat_map(|a| all().flat_map(move |b| [false, true].map(|hide| ([a, b], hide))))
        {
            with_shield(groups, hide, |mut shield| {
                shield.narrow();
                let holds = |(bounds, count): (&Bounds, &i64)| (bounds.low..=bounds.high).contains(count);
                assert!(shield.bounds.iter().zip(&shield.counts).all(holds), "{groups:?}");
                let mut again = shield.bounds.clone();
                for row in again.chunks_mut(CELLS) {
                    assert!(!narrow_sums(row, &[0, 1], &[2], true), "{groups:?}");
                    assert!(!narrow_sums(row, &[2, 3], &[4], true), "{groups:?}");
                }
                for cell in 0..CELLS {
                    let (groups, total) = ([cell, CELLS + cell], 2 * CELLS + cell);
                    assert!(!narrow_sums(&mut again, &groups, &[total], true), "{groups:?}");
                }
            });
        }
    }

    /// A percentage leaves each end of a range that some ratio within the other range's ends allows.
    #[test]
    fn percentages_leave_what_is_possible() {
        for (part, whole) in (1..=40).flat_map(|whole| (0..=whole).map(move |part| (part, whole))) {
            let percent =
                (0..=100).rev().find(|percent| (2 * percent - 1) * whole <= 200 * part).unwrap_or(0);
            let (at_least, below) = (2 * percent - 1, 2 * percent + 1);
            for (n, d) in [((part - 3).max(0), part + 3), (0, NO_BOUND), (part, part)]
                .into_iter()
                .flat_map(|n| [(whole - 2, whole + 2), (1, 1000), (whole, whole)].map(|d| (n, d)))
            {
                let d = ((d.0).max(1), d.1);
                let mut bounds = [n, d].map(|(low, high)| Bounds { low, high });
                let changed = narrow_percent(&mut bounds, 0, 1, [part, whole]);
                let least = (n.0..).find(|n| 200 * n >= at_least * d.0).unwrap_or_default();
                let most = (0..=n.1.min(2000)).rev().find(|n| 200 * n < below * d.1).unwrap_or_default();
                let fewest = (d.0..).find(|d| 200 * n.0 < below * d).unwrap_or_default();
                let highest =
                    (0..=d.1).rev().find(|d| at_least * d <= 200 * n.1.min(1 << 40)).unwrap_or_default();
                let expected = [(least, most), (fewest, highest)].map(|(low, high)| Bounds { low, high });
                assert!(bounds == expected, "{part} of {whole}");
                assert_eq!(changed, [n, d].map(|(low, high)| Bounds { low, high }) != bounds);
            }
        }
    }
}
