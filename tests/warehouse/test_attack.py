"""What is published is attacked by one who has nothing else: no count of 1 to 7 is known to him for certain.

That the attack bites tests/unit/test_attack_method.py shows.
benchmarks/README.md has what it finds at 81,700 and 817,000 people (`python -m attack`).
"""

from __future__ import annotations

import pytest
from attack.figures import Published, read_published
from attack.referee import Referee, play, practices, read_population
from attack.relations import by_definition, parse, suggested


@pytest.fixture(scope='module')
def referee(built) -> Referee:
    return Referee(read_population(built.database))


@pytest.fixture(scope='module')
def published(built) -> Published:
    return read_published(built.database.parent / 'published' / 'current' / 'published', practices(built.database))


def test_nothing_is_known_for_certain_of_what_is_published(referee, published, record_property):
    score = play(referee, published, widest=2)
    record_property('report', (
        published.policy.name, f'{score.small:,} counts of 1 to 7', f'{score.known} known for certain',
        f'{sum(score.told.values())} when told a register', f'{score.between_1_and_7} known to lie between 1 and 7',
        f'{score.large_shown:.1%} of large numerators shown', f'{score.programmes:,} linear programmes',
    ))
    assert score.known == 0, score.found
    assert sum(score.told.values()) <= 5, score.found
    assert score.programmes > 0 and score.small > 100_000 and score.large_shown > 0.9


def test_definitions_hold_of_the_patients_and_figures_suggest_some_of_them(referee, published):
    """Or the attacker would be misled, or would miss what any reader sees."""
    definitions = by_definition(published)
    for relation in definitions:
        if set(relation.names) <= set(referee.truth):
            cells, right = relation.cells(referee.population.grid), sum(referee.truth[name] for name in relation.right)
            gap = (referee.truth[relation.left] - right)[cells]
            assert (gap == 0).all() if relation.is_equal else (gap <= 0).all(), relation
    found = {frozenset(relation.names) for relation in suggested(published)}
    for text in (
        'd indicator_core20plus5_hypertension_to_target = n indicator_cvd_02_hypertension_register',
        'd indicator_core20plus5_hypertension_to_target = n cohort_hypertension_not_treated_to_target'
        ' + n indicator_core20plus5_hypertension_to_target',
        'n cohort_cervical_screening_overdue <= n cohort_cervical_screening_eligible',
    ):
        assert {frozenset(relation.names) for relation in parse(text)} <= found, text
