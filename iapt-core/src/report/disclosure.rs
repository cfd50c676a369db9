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
use super::indicators::{Formula, INDICATORS, PARTITIONS, Terms};
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
    let plan = Plan::new();
    let mut rows: Vec<&mut Figures> = Vec::new();
    rows.try_reserve_exact(groups.len() + 1).map_err(|_| ErrorKind::OutOfMemory)?;
    rows.extend(groups.iter_mut().chain([total]));
    let mut table = Shield::new(&plan, &rows, national)?;
    table.hide_until_safe();
    let hidden = table.hidden;
    let last = rows.len() - 1;
    for (at, figures) in rows.into_iter().enumerate() {
        let exact = national && at == last;
        let row = Row { plan: &plan, hidden: &hidden[at * plan.cells.len()..], exact };
        row.publish(figures);
    }
    Ok(())
}

/// Which counts a report shows, and how they belong together.
struct Plan {
    cells: Vec<Terms>,
    relations: Vec<Relation>,
    /// Of each official measure, in their order, the counts that it shows or rests on.
    uses: Vec<Use>,
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

/// Parts that come to no more than their whole.
struct Relation {
    whole: usize,
    parts: Vec<usize>,
    /// Whether they come to the whole by definition; otherwise they may, if nothing is missing in the data.
    exact: bool,
    /// Whether the parts exclude each other, so that they may come to the whole.
    partition: bool,
}

impl Plan {
    fn new() -> Self {
        let mut plan = Self { cells: Vec::new(), relations: Vec::new(), uses: Vec::new() };
        for indicator in INDICATORS {
            match indicator.formula {
                Formula::Count(over) => _ = plan.cell(single(over)),
                Formula::Percent(of, over) => _ = (plan.cell(of), plan.cell(over)),
                _ => {}
            }
        }
        plan.uses = INDICATORS.iter().map(|indicator| plan.use_of(indicator.formula)).collect();
        plan.relate_terms();
        plan.relate_partitions();
        plan.relate_subsets();
        plan
    }

    fn use_of(&self, formula: Formula) -> Use {
        match formula {
            Formula::Count(over) => self.find(single(over)).map_or(Use::Extreme, Use::Count),
            Formula::Percent(of, over) => {
                self.find(of).zip(self.find(over)).map_or(Use::Extreme, |(of, over)| Use::Percent(of, over))
            }
            Formula::Max(..) | Formula::Min(..) => Use::Extreme,
            Formula::Sum(_, over)
            | Formula::Mean(_, over)
            | Formula::Median(_, over)
            | Formula::Quotient(_, _, over)
            | Formula::StandardDeviation(_, over)
            | Formula::EffectSize(_, _, _, over) => Use::Statistic(self.find(single(over))),
        }
    }

    fn percents(&self) -> impl Iterator<Item = (usize, usize)> {
        self.uses.iter().filter_map(|used| match used {
            Use::Percent(of, over) => Some((*of, *over)),
            _ => None,
        })
    }

    fn cell(&mut self, terms: Terms) -> usize {
        self.find(terms).unwrap_or_else(|| {
            self.cells.push(terms);
            self.cells.len() - 1
        })
    }

    fn find(&self, terms: Terms) -> Option<usize> {
        self.cells.iter().position(|known| *known == terms)
    }

    /// Sums and differences belong to what they are made of.
    fn relate_terms(&mut self) {
        for at in 0..self.cells.len() {
            let terms = self.cells[at];
            let mut cells: Vec<_> = terms.plus.into_iter().flatten().map(|c| self.cell(single(c))).collect();
            match (terms.minus.map(|minus| self.cell(single(minus))), &cells[..]) {
                (Some(minus), [whole]) => {
                    let parts = [at, minus].into();
                    self.relations.push(Relation { whole: *whole, parts, exact: true, partition: true });
                }
                (None, [_, _]) => {
                    let parts = core::mem::take(&mut cells);
                    self.relations.push(Relation { whole: at, parts, exact: true, partition: true });
                }
                _ => {}
            }
        }
    }

    fn relate_partitions(&mut self) {
        let cell = |id: &str| {
            let indicator = INDICATORS.iter().find(|indicator| indicator.id == id)?;
            let Formula::Count(conditions) = indicator.formula else { return None };
            self.find(single(conditions))
        };
        let mut found = Vec::new();
        for (whole, parts) in PARTITIONS {
            let parts: Option<Vec<_>> = parts.iter().map(|part| cell(part)).collect();
            found.extend(cell(whole).zip(parts));
        }
        let relation = |(whole, parts)| Relation { whole, parts, exact: false, partition: true };
        self.relations.extend(found.into_iter().map(relation));
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
                    found.push(Relation { whole, parts: [part].into(), exact: false, partition: false });
                }
            }
        }
        self.relations.extend(found);
    }
}

const fn single(conditions: Conditions) -> Terms {
    Terms { plus: [Some(conditions), None], minus: None }
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
    hidden: Vec<bool>,
    bounds: Vec<Bounds>,
    /// Of each row and relation, whether the parts come to their whole.
    exact: Vec<bool>,
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
        let (small, last) = (small(), rows.len() - 1);
        let hide =
            |(at, count): (usize, &i64)| *count <= small && !(national && at / plan.cells.len() == last);
        let hidden = counts.iter().enumerate().map(hide).collect();
        let mut exact = Vec::new();
        for counts in counts.chunks(plan.cells.len()) {
            let sum = |relation: &Relation| relation.parts.iter().map(|part| counts[*part]).sum::<i64>();
            let comes_to = |r: &Relation| r.exact || r.partition && sum(r) == counts[r.whole];
            exact.extend(plan.relations.iter().map(comes_to));
        }
        Ok(Self { plan, rows: rows.len(), counts, hidden, bounds: Vec::new(), exact, national })
    }

    fn hide_until_safe(&mut self) {
        loop {
            self.narrow();
            let pinned: Vec<_> = (0..self.counts.len()).filter(|at| self.is_pinned(*at)).collect();
            if pinned.is_empty() {
                return;
            }
            let mut helped = false;
            for at in pinned {
                if let Some(victim) = self.smallest_helper(at) {
                    self.hidden[victim] = true;
                    helped = true;
                }
            }
            if !helped {
                return;
            }
        }
    }

    /// Whether a small count that is hidden is left with one possible value.
    fn is_pinned(&self, at: usize) -> bool {
        let Bounds { low, high } = self.bounds[at];
        self.hidden[at] && self.counts[at] <= small() && low >= high
    }

    /// The smallest count that is shown and belongs together with another: in its row, or in its column.
    fn smallest_helper(&self, at: usize) -> Option<usize> {
        let (row, cell) = (at / self.width(), at % self.width());
        let related = |relation: &&Relation| relation.whole == cell || relation.parts.contains(&cell);
        let beside = self.plan.relations.iter().filter(related);
        let beside = beside.flat_map(|r| r.parts.iter().copied().chain([r.whole]));
        let beside = beside.map(|other| row * self.width() + other);
        let above = (0..self.rows).map(|row| row * self.width() + cell);
        let smallest = |cells: &mut dyn Iterator<Item = usize>| {
            cells.filter(|at| self.can_hide(*at)).min_by_key(|at| (self.counts[*at], *at))
        };
        let near = smallest(&mut beside.chain(above));
        near.or_else(|| smallest(&mut (row * self.width()..(row + 1) * self.width())))
            .or_else(|| smallest(&mut (0..self.counts.len())))
    }

    fn can_hide(&self, at: usize) -> bool {
        !(self.hidden[at] || self.is_exact(at / self.width()))
    }

    /// Whether a row is shown exactly.
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
                if core::mem::take(again) && self.rows > 1 {
                    self.narrow_column(cell, &mut rows);
                }
            }
        }
    }

    /// Narrows a row, and tells which columns are to be looked at again.
    fn narrow_row(&mut self, row: usize, columns: &mut [bool]) {
        let (plan, width) = (self.plan, self.width());
        let exact = &self.exact[row * plan.relations.len()..];
        let cells = row * width..(row + 1) * width;
        let (counts, hidden) = (&self.counts[cells.clone()], &self.hidden[cells.clone()]);
        let is_exact = self.is_exact(row);
        let bounds = &mut self.bounds[cells];
        let before = bounds.to_vec();
        let mut again = true;
        while core::mem::take(&mut again) {
            for (relation, exact) in plan.relations.iter().zip(exact) {
                again |= narrow_sum(bounds, relation.whole, &relation.parts, *exact);
            }
            for (of, over) in plan.percents().filter(|(of, over)| !is_exact && !hidden[*of] && !hidden[*over])
            {
                again |= narrow_percent(bounds, of, over, [counts[of], counts[over]]);
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
        while narrow_sum(&mut column, total, &parts, true) {}
        for (row, (before, after)) in before.iter().zip(&column).enumerate() {
            rows[row] |= before != after;
            self.bounds[row * width + cell] = *after;
        }
    }
}

/// Narrows bounds by what parts and their whole say of each other.
fn narrow_sum(bounds: &mut [Bounds], whole: usize, parts: &[usize], exact: bool) -> bool {
    let sum = |of: fn(&Bounds) -> i64| parts.iter().map(|part| of(&bounds[*part])).sum::<i64>();
    let (low, high) = (sum(|b| b.low), sum(|b| b.high));
    let all = bounds[whole];
    let mut changed = raise(&mut bounds[whole].low, low);
    if exact {
        changed |= lower(&mut bounds[whole].high, high);
    }
    for part in parts {
        let Bounds { low: least, high: most } = bounds[*part];
        changed |= lower(&mut bounds[*part].high, all.high - (low - least));
        if exact {
            changed |= raise(&mut bounds[*part].low, all.low - (high - most));
        }
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
    if from > 0 {
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
        for (figure, used) in figures.iter().zip(&self.uses) {
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

/// A row of a report that is to be published.
struct Row<'a> {
    plan: &'a Plan,
    hidden: &'a [bool],
    exact: bool,
}

impl Row<'_> {
    fn publish(&self, figures: &mut Figures) {
        if self.exact {
            return;
        }
        for (figure, used) in figures.iter_mut().zip(&self.plan.uses) {
            if figure.status != Status::Missing {
                *figure = self.published(figure, *used);
            }
        }
    }

    fn published(&self, figure: &Figure, used: Use) -> Figure {
        let is_small = figure.referrals.cast_signed() <= small();
        match used {
            Use::Count(cell) if !self.hidden[cell] => figure.rounded_count(),
            Use::Percent(of, over) if !self.hidden[of] && !self.hidden[over] => figure.rounded_percent(),
            Use::Statistic(cell) if !is_small && !cell.is_some_and(|cell| self.hidden[cell]) => {
                figure.rounded_statistic()
            }
            _ => figure.suppressed(),
        }
    }
}

impl Figure {
    fn rounded_count(&self) -> Self {
        let count = round(self.referrals.cast_signed());
        Self { value: Some(Number::whole(count)), ..*self }
    }

    /// A whole percentage of the exact counts; its interval is that of the rounded ones.
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
