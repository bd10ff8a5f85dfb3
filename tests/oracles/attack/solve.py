"""The conclusions: intervals of whole numbers to a fixed point, then linear programmes on neighbourhoods of bounded size."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_matrix, identity, kron, vstack

from .figures import EVERYONE, UNKNOWN, Grid, Published, of_numerators, of_one_count, shown
from .relations import Relation, figures, names

FAMILIES = {
    'deprivation': ('deprivation_decile', 'deprivation_quintile', 'core20'),
    'ethnic_group': ('ethnic_group',), 'sex': ('sex',), 'age_band': ('age_band',), 'rural_urban': ('rural_urban',),
}
STRUCTURAL, HIDDEN = 20, -1


class Misled(Exception):
    """Nothing is left for a count: what the attacker took for certain was wrong."""


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


def totals_and_parts(grid: Grid) -> list[tuple[int, list[int]]]:
    """Which cell is the sum of which: groups make up everyone and wider groups, areas the area around them."""
    area_at, group_at = ({key: i for i, key in enumerate(keys)} for keys in (grid.areas, grid.groups))
    cell = lambda area, group: area_at[area] * len(grid.groups) + group_at[group]
    lines = []
    for area in grid.areas:
        for dimension in sorted({dimension for dimension, _ in grid.groups} - {'all'}):
            lines.append((cell(area, EVERYONE), [cell(area, group) for group in grid.groups if group[0] == dimension]))
        for total, parts in wider_groups():
            if total in group_at and all(part in group_at for part in parts):
                lines.append((cell(area, total), [cell(area, part) for part in parts]))
    children: dict[tuple, list[tuple]] = {}
    for area, parent in grid.parents.items():
        children.setdefault(parent, []).append(area)
    for parent, parts in children.items():
        lines += [(cell(parent, group), [cell(area, group) for area in parts]) for group in grid.groups]
    return lines


class Segments:
    """Rows of which several speak of one cell."""

    def __init__(self, at: np.ndarray):
        self.order = np.argsort(at, kind='stable')
        self.starts = np.flatnonzero(np.diff(at[self.order], prepend=-1))
        self.cells = at[self.order][self.starts]

    def reduce(self, function, values: np.ndarray) -> np.ndarray:
        return function.reduceat(values[self.order], self.starts)


class Lines:
    """Totals and their parts."""

    def __init__(self, grid: Grid):
        lines = totals_and_parts(grid)
        self.total = np.array([total for total, _ in lines])
        self.line = np.array([i for i, (_, parts) in enumerate(lines) for _ in parts])
        self.part = np.array([part for _, parts in lines for part in parts])
        shape = len(lines), grid.cells
        ones = np.ones(len(self.part), np.int32)
        self.sums = csr_matrix((ones, (self.line, self.part)), shape=shape)
        of_total = csr_matrix((np.ones(len(lines), np.int32), (np.arange(len(lines)), self.total)), shape=shape)
        self.equations = (self.sums - of_total).tocsr()
        self._by_line, self._by_part, self._by_total = (Segments(at) for at in (self.line, self.part, self.total))
        self._by_total_of_part = Segments(self.total[self.line])

    def tighten(self, low: np.ndarray, high: np.ndarray, own: np.ndarray) -> None:
        """What each line says of its total and of every part, in place; one row per cell, one column per count.

        `own`: the figures. Where the total has another than a part, somebody is in the other parts.
        """
        total_low, total_high = low[self.total], high[self.total]
        part_low, part_high = low[self.part], high[self.part]
        differs = tells_apart(own[self.total][self.line], own[self.part])
        sum_low, sum_high = self.sums @ low, self.sums @ high
        rest_low = np.maximum(sum_low[self.line] - part_low, differs)
        rest_high = sum_high[self.line] - part_high
        # Only one other part may have somebody: it has.
        may_be = part_high > 0
        others = self._counts(may_be) - may_be
        told = self._counts(differs & (others == 1)) - (differs & (others == 1))
        at_least_one = may_be & (told > 0)
        for segments, new_low, new_high in [
            (self._by_total, sum_low, sum_high),
            (self._by_total_of_part, part_low + rest_low, None),
            (self._by_part, np.maximum(total_low[self.line] - rest_high, at_least_one), total_high[self.line] - rest_low),
        ]:
            at = segments.cells
            low[at] = np.maximum(low[at], segments.reduce(np.maximum, new_low))
            if new_high is not None:
                high[at] = np.minimum(high[at], segments.reduce(np.minimum, new_high))

    def _counts(self, holds: np.ndarray) -> np.ndarray:
        """For every part: of how many parts of its line this holds."""
        counts = np.zeros((len(self.total), holds.shape[1]), np.int32)
        counts[self._by_line.cells] = self._by_line.reduce(np.add, holds.astype(np.int32))
        return counts[self.line]


def tells_apart(whole: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Where two figures, of patients and of some of them, say that these are not all: the same have the same figure.

    Of nobody the figure is not told by the method alone, so that only a whole of somebody counts.
    """
    return ((whole > 0) & ~np.isnan(part) | (whole == HIDDEN) & (part > 0)) & (whole != part)


@dataclass
class Bound:
    """A relation between columns, in some cells."""

    left: int
    right: list[int]
    is_equal: bool
    mask: np.ndarray

    def tighten(self, low: np.ndarray, high: np.ndarray, own: np.ndarray) -> None:
        at = slice(None) if self.mask.all() else self.mask
        if not self.right:
            high[at, self.left] = 0
            return
        sum_low, sum_high = low[at][:, self.right].sum(axis=1), high[at][:, self.right].sum(axis=1)
        slack = self.slack(own, at)
        for column in self.right:
            rest_low, rest_high = sum_low - low[at, column], sum_high - high[at, column]
            if len(self.right) > 1:
                rest_low = np.maximum(rest_low, tells_apart(own[at, self.left], own[at, column]))
            low[at, column] = np.maximum(low[at, column], low[at, self.left] - rest_high + slack)
            if self.is_equal:
                high[at, column] = np.minimum(high[at, column], high[at, self.left] - rest_low)
        if len(self.right) == 2 and self.is_equal:
            for column, other in (self.right, self.right[::-1]):
                low[at, other] = np.maximum(low[at, other], tells_apart(own[at, self.left], own[at, column]))
        high[at, self.left] = np.minimum(high[at, self.left], sum_high - slack)
        if self.is_equal:
            low[at, self.left] = np.maximum(low[at, self.left], sum_low)

    def slack(self, own: np.ndarray, at: slice | np.ndarray) -> np.ndarray | int:
        """Of a part (left) in a whole: 1 where their figures differ."""
        if self.is_equal or len(self.right) != 1:
            return 0
        return tells_apart(own[at, self.right[0]], own[at, self.left])


class Attack:
    """What is known of each count: bounds, cells x columns. Counts that are one have one column."""

    def __init__(self, published: Published, relations: Iterable[Relation]):
        self.grid, self.policy = published.grid, published.policy
        self.lines = Lines(self.grid)
        counts = names(published)
        relations = [relation for relation in relations if set(relation.names) <= set(counts)]
        self.column = one_column_each(counts, relations)
        shape = self.grid.cells, max(self.column.values()) + 1
        self.low, self.high = np.zeros(shape, np.int32), np.full(shape, UNKNOWN, np.int32)
        self.own = np.full(shape, np.nan, np.float32)
        self.bounds = [self._bound(relation) for relation in relations]
        self.bounds = [bound for bound in self.bounds if bound.right != [bound.left]]
        self._read(published)

    def _bound(self, relation: Relation) -> Bound:
        right = [self.column[name] for name in relation.right]
        return Bound(self.column[relation.left], right, relation.is_equal, relation.cells(self.grid))

    def _read(self, published: Published) -> None:
        """What each figure says by itself."""
        withheld, measures = self.grid.withheld, published.measures
        for name, figure in figures(published).items():
            if name[0] == 'd':
                self._narrow(name, of_one_count(figure, self.policy, withheld))
                self._told(name, np.where(np.isnan(figure) & ~withheld, HIDDEN, figure))
            elif name[0] == 'e':
                self._narrow(name, of_one_count(figure, self.policy, ~self.grid.everyone))
                self._told(name, np.where(np.isnan(figure) & self.grid.everyone, HIDDEN, figure))
            else:
                self._told(name, figure)
        numerator, complement = of_numerators(published)
        for i, measure in enumerate(measures):
            self._narrow(f'n {measure}', tuple(bound[:, i] for bound in numerator))
            self._narrow(f'c {measure}', tuple(bound[:, i] for bound in complement))
        self.d, self.n, self.c = (np.array([self.column[f'{kind} {measure}'] for measure in measures]) for kind in 'dnc')
        # A numerator that is hidden though its denominator is shown is small, or its complement is.
        self.is_hidden = np.isnan(published.numerators) & ~np.isnan(published.denominators) & ~withheld[:, None]
        self.is_nought = (published.numerators == 0) & ~np.isnan(published.denominators)
        if self.policy.names_patients:
            self._follow_structural_zeros(published)

    def _narrow(self, name: str, interval: tuple[np.ndarray, np.ndarray]) -> None:
        column = self.column[name]
        np.maximum(self.low[:, column], interval[0], out=self.low[:, column])
        np.minimum(self.high[:, column], interval[1], out=self.high[:, column])

    def _told(self, name: str, figure: np.ndarray) -> None:
        if self.policy.names_patients:
            own = self.own[:, self.column[name]]
            own[:] = np.where(np.isnan(own) | (own == HIDDEN), np.where(np.isnan(figure), own, figure), own)

    def _follow_structural_zeros(self, published: Published) -> None:
        """What is hidden in the whole ICB though many would be expected is not 0, or it would be shown."""
        icb = self.grid.in_areas(lambda area: area[0] == 'icb')
        everyone = icb & self.grid.everyone
        share = published.numerators[everyone] / published.denominators[everyone]
        least = shown(np.nan_to_num(published.numerators[everyone]), self.policy)[0] / np.maximum(
            1, shown(np.nan_to_num(published.denominators[everyone]), self.policy)[1]
        )
        size = published.denominators[icb]
        expected = np.minimum(share * size, least * shown(np.nan_to_num(size), self.policy)[0])
        is_somebody = self.is_hidden[icb] & (np.nan_to_num(expected) >= STRUCTURAL)
        cells = np.flatnonzero(icb)
        for i, column in enumerate(self.n):
            self.low[cells, column] = np.maximum(self.low[cells, column], is_somebody[:, i])

    def conclude(self, rounds: int = 200) -> Attack:
        """Propagates whole numbers to a fixed point."""
        changed = np.ones(self.low.shape[1], bool)
        for _ in range(rounds):
            before = self.low.copy(), self.high.copy()
            at = np.flatnonzero(changed)
            low, high = self.low[:, at], self.high[:, at]
            self.lines.tighten(low, high, self.own[:, at])
            self.low[:, at], self.high[:, at] = low, high
            for bound in self.bounds:
                if changed[[bound.left, *bound.right]].any():
                    bound.tighten(self.low, self.high, self.own)
            self._follow_hidden()
            if self.policy.noughts_agree:
                self._follow_noughts()
            if (self.low > self.high).any():
                cell, column = np.argwhere(self.low > self.high)[0]
                raise Misled(f'nothing is left for {self.describe(cell, column)}')
            changed = (self.low != before[0]).any(axis=0) | (self.high != before[1]).any(axis=0)
            if not changed.any():
                return self
        return self

    def _follow_hidden(self) -> None:
        """Of a numerator and its complement one is small: where it cannot be the one, it is the other."""
        least, most = self.policy.least_hidden, self.policy.most_hidden
        for mine, other in ((self.n, self.c), (self.c, self.n)):
            cannot_be = self.is_hidden & ((self.low[:, mine] > most) | (self.high[:, mine] < least))
            for i in np.flatnonzero(cannot_be.any(axis=0)):
                at = np.flatnonzero(cannot_be[:, i])
                self.low[at, other[i]] = np.maximum(self.low[at, other[i]], least)
                self.high[at, other[i]] = np.minimum(self.high[at, other[i]], most)
        if self.policy.names_patients:
            for i, column in enumerate(self.n):
                is_own = self.is_hidden[:, i] & (self.low[:, self.c[i]] > most) & np.isnan(self.own[:, column])
                self.own[is_own, column] = HIDDEN

    def _follow_noughts(self) -> None:
        """Of one denominator all zeros of a cell are shown, or none: beside a shown one the hidden are none.

        A structural zero is shown always, and tells nothing.
        """
        icb = np.flatnonzero(self.grid.in_areas(lambda area: area[0] == 'icb'))
        is_found = np.tile(self.low[icb][:, self.n] > 0, (len(self.grid.areas), 1))
        for denominator in np.unique(self.d):
            at = np.flatnonzero(self.d == denominator)
            shows = (self.is_nought[:, at] & is_found[:, at]).any(axis=1)
            for i in at:
                hidden = np.flatnonzero(shows & self.is_hidden[:, i])
                self.low[hidden, self.n[i]] = np.maximum(self.low[hidden, self.n[i]], 1)

    def told(self, name: str, counts: np.ndarray) -> Attack:
        """The same attacker, told these true counts besides."""
        other = deepcopy(self)
        other._narrow(name, (counts, counts))
        return other.conclude()

    def describe(self, cell: int, column: int) -> str:
        area, group = divmod(cell, len(self.grid.groups))
        name = next(name for name, at in self.column.items() if at == column)
        bounds = f'{self.low[cell, column]} to {self.high[cell, column]}'
        return f'{name}, {self.grid.areas[area]}, {self.grid.groups[group]}: {bounds}'


def one_column_each(counts: list[str], relations: Iterable[Relation]) -> dict[str, int]:
    """Numbers the counts; those that are equal everywhere have one number."""
    first = {name: name for name in counts}

    def root(name: str) -> str:
        while first[name] != name:
            name = first[name]
        return name

    for relation in relations:
        if relation.is_equal and len(relation.right) == 1 and relation.dimension is None:
            first[root(relation.right[0])] = root(relation.left)
    numbers: dict[str, int] = {}
    for name in counts:
        numbers.setdefault(root(name), len(numbers))
    return {name: numbers[root(name)] for name in counts}


@dataclass
class Neighbourhood:
    """Some columns in some cells, and what binds them; what lies outside is known by its bounds alone."""

    cells: np.ndarray
    columns: np.ndarray
    low: np.ndarray
    high: np.ndarray
    constraints: LinearConstraint

    def solve(self, weight: np.ndarray) -> np.ndarray:
        """What makes the weighted sum smallest."""
        result = milp(weight, bounds=(self.low, self.high), constraints=self.constraints)
        assert result.x is not None, result.message
        return result.x


def neighbourhood(attack: Attack, cells: np.ndarray, columns: np.ndarray) -> Neighbourhood:
    """All that binds these columns in these cells; variables are numbered cell by cell."""
    shape = len(cells), len(columns)
    number = np.full(attack.low.shape, -1)
    number[np.ix_(cells, columns)] = np.arange(len(cells) * len(columns)).reshape(shape)
    parts = [in_lines(attack, cells, columns), between_figures(attack, number, columns)]
    own = set(columns.tolist())
    parts += [
        within_cells(attack, bound, number, cells) for bound in attack.bounds if not own.isdisjoint([bound.left, *bound.right])
    ]
    matrix = vstack([part[0] for part in parts]).tocsr()
    low, high = (np.concatenate([part[i] for part in parts]).astype(float) for i in (1, 2))
    bounds = (bound[np.ix_(cells, columns)].ravel() for bound in (attack.low, attack.high))
    return Neighbourhood(cells, columns, *bounds, LinearConstraint(matrix, low, high))


Rows = tuple[csr_matrix, np.ndarray, np.ndarray]


def in_lines(attack: Attack, cells: np.ndarray, columns: np.ndarray) -> Rows:
    """Parts make up their total, less what lies outside."""
    outside = np.ones(attack.grid.cells, bool)
    outside[cells] = False
    equations = attack.lines.equations
    equations = equations[np.unique(equations[:, cells].nonzero()[0])]
    beyond = equations.multiply(outside).tocsr()
    more, less = beyond.maximum(0), beyond.minimum(0)
    low, high = attack.low[:, columns], attack.high[:, columns]
    beyond_low, beyond_high = more @ low + less @ high, more @ high + less @ low
    return kron(equations[:, cells], identity(len(columns))).tocsr(), -beyond_high.ravel(), -beyond_low.ravel()


def between_figures(attack: Attack, number: np.ndarray, columns: np.ndarray) -> Rows:
    """A total with another figure than a part is more than it, where bounds alone do not say so."""
    total, part = attack.lines.total[attack.lines.line], attack.lines.part
    inside = (number[total, columns[0]] >= 0) & (number[part, columns[0]] >= 0)
    total, part = total[inside][:, None], part[inside][:, None]
    told = tells_apart(attack.own[total, columns], attack.own[part, columns])
    told &= attack.low[total, columns] <= attack.high[part, columns]
    return rows_of([(1, number[total, columns][told]), (-1, number[part, columns][told])], number.max() + 1, 1, UNKNOWN)


def within_cells(attack: Attack, bound: Bound, number: np.ndarray, cells: np.ndarray) -> Rows:
    """What a relation says of the cells inside, with the bounds of columns that are outside."""
    at = cells[bound.mask[cells]]
    low = np.broadcast_to(bound.slack(attack.own, at), at.shape).astype(float)
    high = np.full(len(at), 0.0 if bound.is_equal else UNKNOWN)
    terms = []
    for factor, column in [(-1, bound.left), *((1, right) for right in bound.right)]:
        if (number[at, column] >= 0).all():
            terms.append((factor, number[at, column]))
        else:
            beyond = factor * attack.low[at, column], factor * attack.high[at, column]
            low, high = low - np.maximum(*beyond), high - np.minimum(*beyond)
    return rows_of(terms, number.max() + 1, low, high)


def rows_of(terms: list[tuple[int, np.ndarray]], variables: int, low, high) -> Rows:
    """Rows of the same form: of every term a factor, and of every row its variable."""
    count = len(terms[0][1])
    row = np.tile(np.arange(count), len(terms))
    factors = np.repeat([factor for factor, _ in terms], count)
    matrix = csr_matrix((factors, (row, np.concatenate([variable for _, variable in terms]))), shape=(count, variables))
    return matrix, np.broadcast_to(low, count), np.broadcast_to(high, count)


def related_columns(attack: Attack, most: int = 12) -> list[np.ndarray]:
    """Columns that relations bind to each other; those that bind everything (the registered) belong to none."""
    degree = np.bincount(np.concatenate([[bound.left, *bound.right] for bound in attack.bounds]), minlength=attack.low.shape[1])
    first = np.arange(len(degree))
    for _ in range(len(first)):
        before = first.copy()
        for bound in attack.bounds:
            bound_by = [column for column in (bound.left, *bound.right) if degree[column] <= most]
            if bound_by:
                first[bound_by] = first[bound_by].min()
        if (first == before).all():
            break
    return [np.flatnonzero(first == number) for number in np.unique(first)]


def related_cells(grid: Grid) -> list[np.ndarray]:
    """The groups of a family in one area; one group in an area and the areas in it; both, in a network."""
    areas, groups = range(len(grid.areas)), len(grid.groups)
    index = {area: i for i, area in enumerate(grid.areas)}
    families = [[g for g, (name, _) in enumerate(grid.groups) if name in ('all', *family)] for family in FAMILIES.values()]
    children = [[i, *(index[child] for child, parent in grid.parents.items() if parent == grid.areas[i])] for i in areas]
    children = [family for family in children if len(family) > 1]
    chosen = [([area], family) for area in areas for family in families]
    chosen += [(family, [group]) for family in children for group in range(groups)]
    chosen += [(area, family) for area in children for family in families]
    return [np.add.outer(np.array(some_areas) * groups, some_groups).ravel() for some_areas, some_groups in chosen]


def is_one_number(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.floor(high + 1e-6) <= np.ceil(low - 1e-6)


def linear_programmes(attack: Attack, widest: int = 4, most: int = 800, seed: int = 1) -> int:
    """Narrows what is left open by so much, in place, to what linear programmes leave of it; how many were solved.

    A programme has `most` variables or fewer. Solutions in random directions show of most counts that two whole numbers are
    left; each other one is minimised and maximised by itself.
    """
    rng, solved, related = np.random.default_rng(seed), 0, related_columns(attack)
    for cells in related_cells(attack.grid):
        for columns in related:
            low, high = attack.low[np.ix_(cells, columns)].ravel(), attack.high[np.ix_(cells, columns)].ravel()
            watched = (high > low) & (high - low <= widest) & (low <= 7)
            if watched.any() and len(watched) <= most:
                solved += narrow(attack, neighbourhood(attack, cells, columns), watched, rng)
    return solved


def narrow(attack: Attack, block: Neighbourhood, watched: np.ndarray, rng: np.random.Generator) -> int:
    """What linear programmes leave of the watched variables; how many were solved."""
    smallest, largest = np.full(len(watched), np.inf), np.full(len(watched), -np.inf)
    solved = 0

    def look(weight: np.ndarray) -> None:
        nonlocal solved
        solution = block.solve(weight)
        np.minimum(smallest, solution, out=smallest)
        np.maximum(largest, solution, out=largest)
        solved += 1

    for _ in range(3):
        still_open = watched & is_one_number(smallest, largest)
        if still_open.any():
            weight = np.where(still_open, rng.uniform(0.5, 1, len(watched)), 0) * rng.choice([-1, 1], len(watched))
            look(weight)
            look(-weight)
    for at in np.flatnonzero(watched & is_one_number(smallest, largest)):
        weight = np.zeros(len(watched))
        weight[at] = 1
        look(weight)
        look(-weight)
        cell, column = block.cells[at // len(block.columns)], block.columns[at % len(block.columns)]
        if is_one_number(smallest[at], largest[at]):
            attack.low[cell, column] = np.ceil(smallest[at] - 1e-6)
            attack.high[cell, column] = np.floor(largest[at] + 1e-6)
    return solved
