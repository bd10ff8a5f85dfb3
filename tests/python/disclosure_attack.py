"""An attacker who has the published counts, knows the policy and can add: what can be found out about hidden counts?

The attacker is given more than anyone has: which cells the policy hid for their size, and which were hidden only to
protect those. Relations: groups of a dimension add up to everyone in the area, deciles to quintiles to Core20, practices
to networks to places to the ICB; denominator = numerator + complement. A count is recovered if only one whole number
is left for it, narrowed if fewer are left than the policy alone leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, eye, hstack, kron, vstack

UNKNOWN = 1_000_000.0
DEPRIVATION = {'deprivation_quintile', 'deprivation_decile', 'core20'}


def nested_groups() -> list[tuple[tuple, list[tuple]]]:
    """Groups that are the sum of groups of a finer dimension."""
    quintile, decile, core20 = 'deprivation_quintile', 'deprivation_decile', 'core20'
    nested = [((quintile, str(q)), [(decile, str(2 * q - 1)), (decile, str(2 * q))]) for q in range(1, 6)]
    nested += [((quintile, 'unknown'), [(decile, 'unknown')]), ((core20, 'unknown'), [(quintile, 'unknown')])]
    nested += [((core20, 'core20'), [(quintile, '1')]), ((core20, 'not core20'), [(quintile, str(q)) for q in range(2, 6)])]
    return nested


class Relations:
    """Lines of cells in which the parts add up to a total, over cells (area, group) in one order."""

    def __init__(self, areas: list[tuple], groups: list[tuple], parents: dict[tuple, tuple]):
        self.areas, self.groups, self.parents = areas, groups, parents
        area_at = {area: i for i, area in enumerate(areas)}
        group_at = {group: i for i, group in enumerate(groups)}
        lines = []
        for a in range(len(areas)):
            for dimension in sorted({group[0] for group in groups} - {'all'}):
                lines.append(((a, group_at['all', 'all']), [(a, g) for group, g in group_at.items() if group[0] == dimension]))
            for total, parts in nested_groups() if DEPRIVATION <= {group[0] for group in groups} else []:
                lines.append(((a, group_at[total]), [(a, group_at[part]) for part in parts]))
        wider = np.zeros((len(groups), len(groups)))
        for group, g in group_at.items():
            wider[g, g] = wider[g, group_at['all', 'all']] = 1
        for total, parts in nested_groups() if DEPRIVATION <= {group[0] for group in groups} else []:
            for part in parts:
                wider[group_at[part], group_at[total]] = 1
        over = np.zeros((len(areas), len(areas)))
        for area in areas:
            above = area
            while above:
                over[area_at[area], area_at[above]] = 1
                above = parents.get(above)
        # Each cell and those that hold it.
        self.above = kron(csr_matrix(over), csr_matrix(((wider @ wider) > 0).astype(float))).tocsr()
        children: dict[int, list[int]] = {}
        for area, parent in parents.items():
            children.setdefault(area_at[parent], []).append(area_at[area])
        for g in range(len(groups)):
            lines += [((parent, g), [(a, g) for a in parts]) for parent, parts in children.items()]
        width, self.cells = len(groups), len(areas) * len(groups)
        self.total = np.array([a * width + g for (a, g), _ in lines])
        self.line = np.array([i for i, (_, parts) in enumerate(lines) for _ in parts])
        self.part = np.array([a * width + g for _, parts in lines for a, g in parts])
        ones = np.ones(len(self.part))
        self.sums = csr_matrix((ones, (self.line, self.part)), shape=(len(lines), self.cells))
        self.equations = self.sums - csr_matrix(
            (np.ones(len(lines)), (np.arange(len(lines)), self.total)), shape=(len(lines), self.cells)
        )
        # For each cell the entries in which it is a part, and the lines of which it is the total.
        self.by_part = csr_matrix((ones, (self.part, np.arange(len(self.part)))), shape=(self.cells, len(self.part)))
        self.part_order = np.argsort(self.part, kind='stable')
        self.part_starts = np.flatnonzero(np.diff(self.part[self.part_order], prepend=-1))
        self.total_order = np.argsort(self.total, kind='stable')
        self.total_starts = np.flatnonzero(np.diff(self.total[self.total_order], prepend=-1))

    def tighten(self, low: np.ndarray, high: np.ndarray) -> None:
        """One round of interval propagation along every line, in place; one row per cell, one column per measure."""
        sum_low, sum_high = self.sums @ low, self.sums @ high
        total_low, total_high = low[self.total], high[self.total]
        at = self.total[self.total_order][self.total_starts]
        new_low = np.maximum.reduceat(sum_low[self.total_order], self.total_starts)
        new_high = np.minimum.reduceat(sum_high[self.total_order], self.total_starts)
        part_low = total_low[self.line] - (sum_high[self.line] - high[self.part])
        part_high = total_high[self.line] - (sum_low[self.line] - low[self.part])
        low[at], high[at] = np.maximum(low[at], new_low), np.minimum(high[at], new_high)
        at = self.part[self.part_order][self.part_starts]
        low[at] = np.maximum(low[at], np.maximum.reduceat(part_low[self.part_order], self.part_starts))
        high[at] = np.minimum(high[at], np.minimum.reduceat(part_high[self.part_order], self.part_starts))


    def of_dimensions(self, dimensions: set[str]) -> tuple[Relations, np.ndarray]:
        """The relations of some dimensions and everyone alone, and which cells those are."""
        kept = [g for g, group in enumerate(self.groups) if group[0] in dimensions | {'all'}]
        cells = np.array([a * len(self.groups) + g for a in range(len(self.areas)) for g in kept])
        return Relations(self.areas, [self.groups[g] for g in kept], self.parents), cells


@dataclass
class Knowledge:
    """For denominators, numerators and complements the bounds that the attacker knows; cells x measures each."""

    low: list[np.ndarray]
    high: list[np.ndarray]

    def copy(self) -> Knowledge:
        return Knowledge([a.copy() for a in self.low], [a.copy() for a in self.high])

    def of_cells(self, cells: np.ndarray) -> Knowledge:
        return Knowledge([a[cells] for a in self.low], [a[cells] for a in self.high])

    def propagate(self, relations: Relations, rounds: int = 60) -> None:
        """Interval propagation to a fixed point: exact along trees of lines, a lower bound of what can be known elsewhere."""
        for _ in range(rounds):
            before = sum(float(h.sum() - l.sum()) for l, h in zip(self.low, self.high))
            for low, high in zip(self.low, self.high):
                relations.tighten(low, high)
            (d, n, c), (dd, nn, cc) = self.low, self.high
            np.maximum(d, n + c, out=d), np.minimum(dd, nn + cc, out=dd)
            np.maximum(n, d - cc, out=n), np.minimum(nn, dd - c, out=nn)
            np.maximum(c, d - nn, out=c), np.minimum(cc, dd - n, out=cc)
            if sum(float(h.sum() - l.sum()) for l, h in zip(self.low, self.high)) > before - 0.5:
                return


def knowledge(policy: str, relations: Relations, denominator: np.ndarray, numerator: np.ndarray, told: bool = False):
    """What the policy and the published counts (nan if hidden) say of each cell by itself, and which cells it protects."""
    largest = {'midpoint6': 6}.get(policy, 7)
    least = 0.0 if policy == 'opensafely' else 1.0

    def shown(count):
        if policy == 'exact_totals':
            return count, count
        if policy == 'midpoint6':
            return np.where(count == 0, 0, count - 2), np.where(count == 0, 0, count + 3)
        return np.where(count == 0, 0, np.maximum(8, count - 2)), np.where(count == 0, 0, count + 2)

    def for_its_size(count):
        """Hidden for its size and for nothing else: some other count is shown in every line through it and above it."""
        if policy == 'midpoint6':
            return np.zeros(count.shape, bool)
        if told:
            return np.isnan(count)
        is_open = (relations.sums @ (count > 0)) > 0
        closed_line = np.zeros(count.shape, bool)
        np.logical_or.at(closed_line, relations.part, ~is_open[relations.line])
        return np.isnan(count) & ~((relations.above @ closed_line) > 0)

    d_hidden, n_hidden = np.isnan(denominator), np.isnan(numerator)
    low, high = zip(shown(np.nan_to_num(denominator)), shown(np.nan_to_num(numerator)))
    d_low, d_high = np.where(d_hidden, 0, low[0]), np.where(d_hidden, UNKNOWN, high[0])
    d_small = for_its_size(denominator)
    d_low[d_small], d_high[d_small] = least, largest
    n_low, n_high = np.where(n_hidden, 0, low[1]), np.where(n_hidden, d_high, high[1])
    n_small = for_its_size(numerator) & ((d_small | ~d_hidden))
    n_low[n_small] = least
    n_high[n_small & d_small] = largest
    c_low, c_high = np.zeros_like(d_low), d_high.copy()
    c_low[n_small & ~d_hidden] = least
    both = ~d_hidden & ~n_hidden
    if policy == 'exact_totals':
        c_low = np.where(both, d_low - n_low, c_low)
        c_high = np.where(both, d_low - n_low, c_high)
    elif policy != 'midpoint6':
        # Of a shown numerator the complement is 0 or above 7 (opensafely: above 7, or the numerator is 0).
        nobody_else = both & (denominator == numerator)
        c_low = np.where(both & ~nobody_else, 8, c_low)
        c_high = np.where(nobody_else, 0, c_high)
    protected = [d_hidden, n_hidden, n_hidden & ~d_hidden]
    if policy == 'midpoint6':
        protected = [d_hidden | (denominator == 3), n_hidden | (numerator == 3), np.zeros_like(n_hidden)]
    return Knowledge([d_low, n_low, c_low], [d_high, n_high, c_high]), protected


def one_number(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Whether at most one whole number lies between the bounds."""
    return np.floor(high + 1e-6) <= np.ceil(low - 1e-6)


def linear_programme(relations: Relations, known: Knowledge, measure: int, protected: list[np.ndarray], seed: int, tries: int = 6):
    """The cells (kind, cell) of one measure that linear programming pins.

    Solutions that go in random directions show of most cells that two whole numbers remain; each other cell is
    minimised and maximised itself.
    """
    low = np.concatenate([known.low[kind][:, measure] for kind in (0, 1)])
    high = np.concatenate([known.high[kind][:, measure] for kind in (0, 1)])
    free = high - low > 1e-9
    m = relations.cells
    zero = csr_matrix(relations.equations.shape)
    equations = vstack([hstack([relations.equations, zero]), hstack([zero, relations.equations])]).tocsr()
    fixed = np.where(free, 0.0, low)
    b_eq, a_eq = -(equations @ fixed), equations[:, free]
    kept = np.diff(a_eq.indptr) > 0
    a_eq, b_eq = a_eq[kept], b_eq[kept]
    # low of the complement <= denominator - numerator <= its high
    differ = hstack([eye(m), -eye(m)]).tocsr()
    rows = free[:m] | free[m:]
    differ, c_low, c_high = differ[rows], known.low[2][rows, measure], known.high[2][rows, measure]
    offset = differ @ fixed
    a_ub = vstack([differ[:, free], -differ[:, free]]).tocsr()
    b_ub = np.concatenate([c_high - offset, offset - c_low])
    bounds = np.column_stack([low[free], high[free]])
    if not free.any():
        return []
    rng = np.random.default_rng(seed)

    def solve(cost):
        result = linprog(cost, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, bounds=bounds, method='highs')
        assert result.status == 0, result.message
        return result.x

    def full(x):
        y = fixed.copy()
        y[free] = x
        return np.concatenate([y, y[:m] - y[m:]])

    watched = np.concatenate([protected[kind][:, measure] for kind in (0, 1, 2)])
    smallest, largest = np.full(3 * m, np.inf), np.full(3 * m, -np.inf)
    for _ in range(tries):
        open_cells = watched & one_number(smallest, largest) if np.isfinite(smallest).all() else watched
        if not open_cells.any():
            return []
        weight = np.where(open_cells, rng.uniform(0.5, 1, 3 * m), 0) * rng.choice([-1, 1], 3 * m)
        cost = (weight[:2 * m] + np.concatenate([weight[2 * m:], -weight[2 * m:]]))[free]
        for side in (1, -1):
            y = full(solve(side * cost))
            smallest, largest = np.minimum(smallest, y), np.maximum(largest, y)
    pinned = []
    for cell in np.flatnonzero(watched & one_number(smallest, largest)):
        weight = np.zeros(3 * m)
        weight[cell] = 1
        cost = (weight[:2 * m] + np.concatenate([weight[2 * m:], -weight[2 * m:]]))[free]
        one, other = (full(solve(side * cost))[cell] for side in (1, -1))
        if one_number(np.array(one), np.array(other)):
            pinned.append((cell // m, cell % m))
    return pinned
