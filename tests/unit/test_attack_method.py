"""The attack is known to bite: it finds the leaks that the old design had, and those that the method had as first written."""

from __future__ import annotations

import csv
from itertools import product

import numpy as np
import pytest
from attack.figures import EVERYONE, POLICIES, Grid, Published, matrix, shown
from attack.method import figure
from attack.relations import of_measures, parse
from attack.solve import Attack
from conftest import PROJECT

PLANTED = PROJECT / 'tests' / 'golden' / 'planted_leaks.csv'
RELATIONS = {
    'subset': 'n narrow <= n wide',
    'shared denominator': 'd one = d other',
    'complement': 'n untreated = c treated',
}


def planted(leak: str, policy: str = 'old') -> tuple[Published, dict[str, np.ndarray]]:
    """The figures of one planted leak, and the true counts."""
    with open(PLANTED, newline='', encoding='utf-8') as lines:
        rows = [row for row in csv.DictReader(lines) if row['leak'] == leak]
    areas = list(dict.fromkeys((row['area_type'], row['area_code']) for row in rows))
    measures = list(dict.fromkeys(row['measure'] for row in rows))
    grid = Grid(areas, [EVERYONE], {area: areas[0] for area in areas[1:]})
    at = [(areas.index((row['area_type'], row['area_code'])), measures.index(row['measure'])) for row in rows]

    def table(column: str) -> np.ndarray:
        values = [int(row[column]) if row[column] else None for row in rows]
        return matrix([(*key, value) for key, value in zip(at, values)], (len(areas), len(measures)))

    denominators, numerators = table('denominator'), table('numerator')
    published = Published(
        POLICIES[policy], grid, measures, denominators, numerators,
        np.full(numerators.shape, np.nan), np.zeros(len(measures), bool),
    )
    truth = {f'd {name}': table('true_denominator')[:, i] for i, name in enumerate(measures)}
    truth |= {f'n {name}': table('true_numerator')[:, i] for i, name in enumerate(measures)}
    return published, truth | {f'c {name}': truth[f'd {name}'] - truth[f'n {name}'] for name in measures}


def known(attack: Attack, truth: dict[str, np.ndarray]) -> set[tuple[str, str]]:
    """Counts of 1 to 7 that are known, by name and area."""
    found = set()
    for name, counts in truth.items():
        low, high = attack.low[:, attack.column[name]], attack.high[:, attack.column[name]]
        assert ((low <= counts) & (counts <= high)).all(), f'the attacker was misled about {name}'
        found |= {(name, attack.grid.areas[i][1]) for i in np.flatnonzero((low == high) & (counts >= 1) & (counts <= 7))}
    return found


@pytest.mark.parametrize('leak, expected', [
    ('subset', {('n narrow', 'P1')}),
    ('shared denominator', {('d one', 'P1'), ('d other', 'P1')}),
    ('complement', {('c treated', 'P1'), ('n untreated', 'P1')}),
])
def test_a_planted_leak_is_found_by_its_relation_and_by_nothing_else(leak, expected):
    published, truth = planted(leak)
    own = of_measures(published.measures)
    assert not known(Attack(published, own).conclude(), truth)
    assert known(Attack(published, [*own, *parse(RELATIONS[leak])]).conclude(), truth) == expected


def test_a_shown_part_of_a_hidden_whole_tells_what_is_beside_it():
    """8 shown in a hidden 9: why every 9 is shown."""
    published, truth = planted('hidden whole', 'opensafely as first written')
    assert known(Attack(published, of_measures(published.measures)).conclude(), truth) == {('n found', 'P3')}


@pytest.mark.parametrize('policy', ['opensafely', 'nhs_england', 'opensafely as first written'])
def test_intervals_hold_every_count_that_a_figure_stands_for_and_no_other(policy):
    rule, behind = POLICIES[policy], {}
    for count, drawn in product(range(60), range(-2, 3)):
        seen = float(figure(np.array(count), np.array(drawn), rule))
        behind.setdefault(-1 if np.isnan(seen) else int(seen), set()).add(count)
    assert behind.pop(-1) == set(range(rule.least_hidden, rule.most_hidden + 1))
    for seen, counts in behind.items():
        low, high = shown(np.array(seen), rule)
        assert seen > 50 or counts == set(range(low, high + 1))
