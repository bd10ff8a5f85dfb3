"""What is published, and what each figure by itself says of the true count behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

UNKNOWN = 10**7
EVERYONE = ('all', 'all')
WIDEST_FIRST = ('england', 'region', 'icb', 'place', 'pcn', 'practice')
Interval = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Policy:
    """How a count becomes a figure, as far as a reader is told.

    A shown count lies within `reach` of its figure and is over 7; a hidden one lies between `least_hidden` and `most_hidden`.
    `names_patients`: the same patients have the same figure everywhere, so that two figures tell two sets of patients.
    `noughts_agree`: of one denominator all zeros of a cell are shown, or none.
    """

    name: str
    reach: int
    least_hidden: int
    most_hidden: int
    names_patients: bool
    zero_is_shown: bool
    noughts_agree: bool = False


# Noise of 2 and rounding by 2 move a count by 4. A count of 8 is hidden if its noise makes it 7 or less; a 9 is always shown, as 10
# at least, so that nothing is shown of what lies in a hidden whole.
POLICIES = {policy.name: policy for policy in (
    Policy('opensafely', reach=4, least_hidden=0, most_hidden=8, names_patients=True, zero_is_shown=False),
    Policy('nhs_england', reach=4, least_hidden=0, most_hidden=8, names_patients=True, zero_is_shown=True),
    # As first written: 9 less 2 is 7, and hidden; beside 8 of these 9 that are shown stands one. The noise of a zero was from
    # its denominator's key, area and group, the same for every measure.
    Policy('opensafely as first written', reach=4, least_hidden=0, most_hidden=9, names_patients=True, zero_is_shown=False),
    Policy(
        'nhs_england as first written', reach=4, least_hidden=0, most_hidden=9, names_patients=True, zero_is_shown=True,
        noughts_agree=True,
    ),
    # The old design, as the planted leaks are hidden: exact, and null for its size or for the sake of others.
    Policy('old', reach=0, least_hidden=0, most_hidden=UNKNOWN, names_patients=False, zero_is_shown=True),
)}


@dataclass(frozen=True)
class Grid:
    """The cells of every measure: areas by groups, numbered area by area."""

    areas: list[tuple[str, str]]
    groups: list[tuple[str, str]]
    parents: dict[tuple[str, str], tuple[str, str]]

    @property
    def cells(self) -> int:
        return len(self.areas) * len(self.groups)

    def cell(self, area: tuple[str, str], group: tuple[str, str]) -> int:
        return self.areas.index(area) * len(self.groups) + self.groups.index(group)

    def in_areas(self, holds: Callable[[tuple[str, str]], bool]) -> np.ndarray:
        return np.repeat([holds(area) for area in self.areas], len(self.groups))

    def in_groups(self, holds: Callable[[tuple[str, str]], bool]) -> np.ndarray:
        return np.tile([holds(group) for group in self.groups], len(self.areas))

    @property
    def everyone(self) -> np.ndarray:
        return self.in_groups(lambda group: group == EVERYONE)

    @property
    def withheld(self) -> np.ndarray:
        """Deciles below place are null whatever they count, so that null tells nothing there."""
        below_place = self.in_areas(lambda area: area[0] in ('pcn', 'practice'))
        return below_place & self.in_groups(lambda group: group[0] == 'deprivation_decile')


@dataclass
class Published:
    """The published tables of one as-of date: figures by cell and measure, nan where they are hidden.

    `excluded` has nan outside of dimension `all` too, and is published only where `has_excluded`.
    """

    policy: Policy
    grid: Grid
    measures: list[str]
    denominators: np.ndarray
    numerators: np.ndarray
    excluded: np.ndarray
    has_excluded: np.ndarray = field(repr=False)


def shown(figure: np.ndarray, policy: Policy) -> Interval:
    """The true counts that a figure may stand for. A 0 is a 0: structural, or of a policy that shows them."""
    low, high = np.maximum(8, figure - policy.reach), figure + policy.reach
    return np.where(figure == 0, 0, low).astype(np.int64), np.where(figure == 0, 0, high).astype(np.int64)


def of_one_count(figures: np.ndarray, policy: Policy, withheld: np.ndarray) -> Interval:
    """The intervals of counts that are hidden for their own sake alone: denominators and exclusions."""
    is_hidden = np.isnan(figures)
    low, high = shown(np.nan_to_num(figures), policy)
    low = np.where(is_hidden, np.where(withheld, 0, policy.least_hidden), low)
    high = np.where(is_hidden, np.where(withheld, UNKNOWN, policy.most_hidden), high)
    return low, high


def of_numerators(published: Published) -> tuple[Interval, Interval]:
    """The intervals of numerators and of their complements.

    A hidden numerator says only that it, its complement or its denominator is small: `solve` follows that up. The complement
    of a shown one would be shown too, so that it is over 7.
    """
    figures, policy = published.numerators, published.policy
    is_shown = ~np.isnan(figures)
    low, high = shown(np.nan_to_num(figures), policy)
    complement_low = np.where(is_shown, 8, 0)
    if not policy.names_patients:
        # The old design showed a complement of nobody.
        complement_low[is_shown & (figures == published.denominators)] = 0
    numerator = np.where(is_shown, low, 0), np.where(is_shown, high, UNKNOWN)
    return numerator, (complement_low.astype(np.int64), np.full(figures.shape, UNKNOWN))


def matrix(rows: Iterable[tuple], shape: tuple[int, int]) -> np.ndarray:
    """Of (row, column, value), null values as nan."""
    result = np.full(shape, np.nan)
    for row, column, value in rows:
        result[row, column] = np.nan if value is None else value
    return result


def hierarchy(practices: Iterable[tuple[str, str | None, str | None]], areas: list[tuple[str, str]]) -> dict:
    """Which area lies in which, from (practice, its network, its place): public facts."""
    icb = next(area for area in areas if area[0] == 'icb')
    parents = {}
    for practice, pcn, place in practices:
        chain = ('practice', practice), ('pcn', pcn or 'unknown'), ('place', place or 'unknown'), icb
        parents |= {child: parent for child, parent in zip(chain, chain[1:]) if child in areas}
    return parents


def read_published(folder: Path, practices: Iterable[tuple], policy: str | None = None) -> Published:
    """The part `published` as a reader has it: Parquet files, and about.json, which names the policy.

    Arguments: practices, for `hierarchy`; policy, in the place of about.json's. Of several as-of dates the latest is read.
    """
    if policy is None:
        policy = json.loads((folder / 'about.json').read_text(encoding='utf-8'))['disclosure_policy']
    metrics, achievement = (
        f"(select * from '{folder}/{name}.parquet' qualify as_of_date = max(as_of_date) over ())"
        for name in ('published_inequality_metrics', 'published_des_achievement')
    )
    with duckdb.connect() as connection:
        read = lambda query: connection.sql(query).fetchall()
        areas = sorted(read(f'select distinct area_type, area_code from {metrics}'), key=in_order)
        groups = sorted(read(f'select distinct dimension, dimension_group from {metrics}'))
        measures = [name for name, in read(f'select distinct measure from {metrics} order by 1')]
        counts = read(f"""
            select area_type, area_code, dimension, dimension_group, measure, denominator, numerator from {metrics}
        """)
        excluded = read(f'select area_type, area_code, indicator, excluded from {achievement}')
    grid = Grid(areas, groups, hierarchy(practices, areas))
    area_at, group_at, measure_at = ({key: i for i, key in enumerate(keys)} for keys in (areas, groups, measures))
    shape = grid.cells, len(measures)
    at = [(area_at[row[:2]] * len(groups) + group_at[row[2:4]], measure_at[row[4]]) for row in counts]
    everyone = group_at[EVERYONE]
    of_excluded = [
        (area_at[row[:2]] * len(groups) + everyone, measure_at[row[2]], row[3]) for row in excluded
    ]
    return Published(
        POLICIES[policy], grid, measures,
        matrix(((*key, row[5]) for key, row in zip(at, counts)), shape),
        matrix(((*key, row[6]) for key, row in zip(at, counts)), shape),
        matrix(of_excluded, shape),
        np.isin(np.arange(len(measures)), [column for _, column, _ in of_excluded]),
    )


def in_order(area: tuple[str, str]) -> tuple[int, str]:
    return WIDEST_FIRST.index(area[0]), area[1]
