"""An attacker who has everything published, knows the policy and can add: what is left open of the hidden counts?

The attacker is given more than any reader has: of every hidden cell in a table that is shown, whether the policy hid it
for its size, so that it (or its complement, if only that is small) is known to lie between 1 and 7. Nothing is known of cells that were
hidden for the sake of others, and of tables that are withheld whole.
Relations: the groups of a dimension add up to everyone in the area, deciles to quintiles to Core20, practices to networks
to places to the ICB; denominator = numerator + complement; searches share their denominators. A count is recovered if one
whole number is left for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, eye, hstack, vstack

UNKNOWN = 1e6
EVERYONE = ('all', 'all')
FAMILIES = {
    'deprivation': ('deprivation_decile', 'deprivation_quintile', 'core20'),
    'ethnic_group': ('ethnic_group',), 'sex': ('sex',), 'age_band': ('age_band',), 'rural_urban': ('rural_urban',),
}


def wider_groups() -> list[tuple[tuple, list[tuple]]]:
    """Groups that are the sum of groups of a finer dimension."""
    quintile, decile, core20 = 'deprivation_quintile', 'deprivation_decile', 'core20'
    return [
        *(((quintile, str(q)), [(decile, str(2 * q - 1)), (decile, str(2 * q))]) for q in range(1, 6)),
        ((quintile, 'unknown'), [(decile, 'unknown')]),
        ((core20, 'unknown'), [(quintile, 'unknown')]),
        ((core20, 'core20'), [(quintile, '1')]),
        ((core20, 'not core20'), [(quintile, str(q)) for q in range(2, 6)]),
    ]


class Lines:
    """Totals and their parts, over cells (area, group) numbered area by area."""

    def __init__(self, areas: list[tuple], groups: list[tuple], parents: dict[tuple, tuple]):
        self.areas, self.groups, self.parents = areas, groups, parents
        area_at, group_at = ({key: i for i, key in enumerate(keys)} for keys in (areas, groups))
        cell = lambda area, group: area_at[area] * len(groups) + group_at[group]
        lines = []
        dimensions = {dimension for dimension, _ in groups} - {'all'}
        for area in areas:
            for dimension in sorted(dimensions):
                lines.append((cell(area, EVERYONE), [cell(area, group) for group in groups if group[0] == dimension]))
            if 'deprivation_decile' in dimensions:
                lines += [(cell(area, total), [cell(area, part) for part in parts]) for total, parts in wider_groups()]
        children: dict[tuple, list[tuple]] = {}
        for area, parent in parents.items():
            children.setdefault(parent, []).append(area)
        for parent, parts in children.items():
            lines += [(cell(parent, group), [cell(area, group) for area in parts]) for group in groups]
        self.cells = len(areas) * len(groups)
        self.total = np.array([total for total, _ in lines])
        self.line = np.array([i for i, (_, parts) in enumerate(lines) for _ in parts])
        self.part = np.array([part for _, parts in lines for part in parts])
        shape = len(lines), self.cells
        self.sums = csr_matrix((np.ones(len(self.part)), (self.line, self.part)), shape=shape)
        self.equations = self.sums - csr_matrix((np.ones(len(lines)), (np.arange(len(lines)), self.total)), shape=shape)
        self._by_part, self._by_total = (Segments(at) for at in (self.part, self.total))

    def of_family(self, family: str) -> tuple[Lines, np.ndarray]:
        """The lines of one family of dimensions and everyone, and the numbers of their cells here."""
        kept = [i for i, (dimension, _) in enumerate(self.groups) if dimension in ('all', *FAMILIES[family])]
        cells = np.array([a * len(self.groups) + g for a in range(len(self.areas)) for g in kept])
        return Lines(self.areas, [self.groups[g] for g in kept], self.parents), cells

    def tighten(self, low: np.ndarray, high: np.ndarray) -> None:
        """What each line says of its total and of every part, in place; one row per cell, one column per measure."""
        sum_low, sum_high = self.sums @ low, self.sums @ high
        total_low, total_high = low[self.total], high[self.total]
        part_low = total_low[self.line] - (sum_high[self.line] - high[self.part])
        part_high = total_high[self.line] - (sum_low[self.line] - low[self.part])
        for segments, new_low, new_high in [(self._by_total, sum_low, sum_high), (self._by_part, part_low, part_high)]:
            at = segments.cells
            low[at] = np.maximum(low[at], segments.reduce(np.maximum, new_low))
            high[at] = np.minimum(high[at], segments.reduce(np.minimum, new_high))


class Segments:
    """Rows of which several speak of one cell."""

    def __init__(self, at: np.ndarray):
        self.order = np.argsort(at, kind='stable')
        self.starts = np.flatnonzero(np.diff(at[self.order], prepend=-1))
        self.cells = at[self.order][self.starts]

    def reduce(self, function, values):
        return function.reduceat(values[self.order], self.starts)


@dataclass
class Known:
    """Bounds of the denominators, numerators and complements; cells x measures each."""

    low: list[np.ndarray]
    high: list[np.ndarray]

    def of_cells(self, cells: np.ndarray) -> Known:
        return Known([bound[cells] for bound in self.low], [bound[cells] for bound in self.high])

    def propagate(self, lines: Lines, shared: np.ndarray, rounds: int = 80) -> None:
        """Interval propagation to a fixed point. `shared`: the measures (columns) that have one denominator."""
        width = lambda: sum(float((high - low).sum()) for low, high in zip(self.low, self.high))
        for _ in range(rounds):
            before = width()
            for low, high in zip(self.low, self.high):
                lines.tighten(low, high)
            (n, x, y), (nn, xx, yy) = self.low, self.high
            np.maximum(n, x + y, out=n), np.minimum(nn, xx + yy, out=nn)
            n[:, shared], nn[:, shared] = n[:, shared].max(axis=1, keepdims=True), nn[:, shared].min(axis=1, keepdims=True)
            np.maximum(x, n - yy, out=x), np.minimum(xx, nn - y, out=xx)
            np.maximum(y, n - xx, out=y), np.minimum(yy, nn - x, out=yy)
            if width() > before - 0.5:
                return


def first_knowledge(
    policy: str, released: tuple[np.ndarray, np.ndarray], true: tuple[np.ndarray, np.ndarray],
    withheld: tuple[np.ndarray, np.ndarray],
) -> Known:
    """What the policy and the released counts (nan if hidden) say of each cell by itself, and of hidden ones the reason."""
    largest, least = (6 if policy == 'midpoint6' else 7), (0 if policy == 'opensafely' else 1)
    hides_small = policy != 'midpoint6'

    def shown(count):
        count = np.nan_to_num(count)
        if policy == 'exact_totals':
            return count, count.copy()
        if policy == 'midpoint6':
            return np.where(count == 0, 0, count - 2), np.where(count == 0, 0, count + 3)
        return np.where(count == 0, 0, np.maximum(8, count - 2)), np.where(count == 0, 0, count + 2)

    small = lambda count: hides_small & (count >= least) & (count <= largest)
    (n, x), (true_n, true_x) = released, true
    is_n_hidden, is_x_hidden = np.isnan(n), np.isnan(x)
    n_low, n_high = shown(n)
    n_low[is_n_hidden], n_high[is_n_hidden] = 0, UNKNOWN
    known_small_n = is_n_hidden & small(true_n) & ~withheld[0]
    n_low[known_small_n], n_high[known_small_n] = least, largest
    x_low, x_high = shown(x)
    x_low, x_high = np.where(is_x_hidden, 0, x_low), np.where(is_x_hidden, n_high, x_high)
    y_low, y_high = np.zeros_like(n_low), n_high.copy()
    told = is_x_hidden & ~small(true_n) & ~withheld[0] & ~withheld[1]
    for known_small, low, high in [
        (told & small(true_x), x_low, x_high), (told & ~small(true_x) & small(true_n - true_x), y_low, y_high)
    ]:
        low[known_small], high[known_small] = least, largest
    if hides_small:
        # What is shown has a complement that is not small.
        nobody = ~is_x_hidden & (x == n) & (policy != 'opensafely')
        y_high[nobody] = 0
        y_low[~is_x_hidden & ~nobody] = largest + 1
    return Known([n_low, x_low, y_low], [n_high, x_high, y_high])


def is_one_number(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.floor(high + 1e-6) <= np.ceil(low - 1e-6)


def linear_programme(lines: Lines, known: Known, measure: int, secrets: list[np.ndarray], seed: int) -> list[tuple[int, int]]:
    """The secrets (kind, cell) of one measure that linear programming pins to one whole number.

    Solutions in random directions show of most secrets that two whole numbers are left; each other one is minimised
    and maximised by itself.
    """
    m = lines.cells
    low, high = (np.concatenate([bound[kind][:, measure] for kind in (0, 1)]) for bound in (known.low, known.high))
    watched = np.concatenate([secret[:, measure] for secret in secrets])
    free = high - low > 1e-9
    if not watched.any():
        return []
    fixed = np.where(free, 0.0, low)
    zero = csr_matrix(lines.equations.shape)
    equations = vstack([hstack([lines.equations, zero]), hstack([zero, lines.equations])]).tocsr()
    differ = hstack([eye(m), -eye(m)]).tocsr()
    c_low, c_high, offset = known.low[2][:, measure], known.high[2][:, measure], differ @ fixed
    a_eq, b_eq = equations[:, free], -(equations @ fixed)
    kept = np.diff(a_eq.indptr) > 0
    model = dict(
        A_ub=vstack([differ[:, free], -differ[:, free]]).tocsr(), b_ub=np.concatenate([c_high - offset, offset - c_low]),
        A_eq=a_eq[kept], b_eq=b_eq[kept], bounds=np.column_stack([low[free], high[free]]), method='highs',
    )

    def solve(weight):
        """Denominators, numerators and complements of a solution that makes the weighted sum smallest."""
        cost = weight[:2 * m] + np.concatenate([weight[2 * m:], -weight[2 * m:]])
        result = linprog(cost[free], **model)
        assert result.status == 0, result.message
        y = fixed.copy()
        y[free] = result.x
        return np.concatenate([y, y[:m] - y[m:]])

    rng = np.random.default_rng(seed)
    smallest, largest = np.full(3 * m, np.inf), np.full(3 * m, -np.inf)
    for _ in range(4):
        still_open = watched & ~(largest - smallest >= 1 - 1e-6)
        if not still_open.any():
            return []
        weight = np.where(still_open, rng.uniform(0.5, 1, 3 * m), 0) * rng.choice([-1, 1], 3 * m)
        for side in (1, -1):
            y = solve(side * weight)
            smallest, largest = np.minimum(smallest, y), np.maximum(largest, y)
    pinned = []
    for cell in np.flatnonzero(watched & ~(largest - smallest >= 1 - 1e-6)):
        weight = np.zeros(3 * m)
        weight[cell] = 1
        if is_one_number(solve(weight)[cell], solve(-weight)[cell]):
            pinned.append((cell // m, cell % m))
    return pinned
