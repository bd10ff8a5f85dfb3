"""What the attack would know if the noise were drawn as in the method as first written."""

from attack.method import publish
from attack.referee import Referee, read_population
from attack.relations import by_definition, equal_counts
from attack.solve import Attack


def test_zeros_that_agree_would_tell(built):
    """As the method was first written: one draw for all measures of a denominator. A draw for each count tells little."""
    referee, between = Referee(read_population(built.database)), []
    for policy in ('nhs_england as first written', 'nhs_england'):
        published = publish(referee.population, 'a key of this test', policy)
        relations = [*by_definition(published), *referee.confirmed(equal_counts(published))]
        attack = Attack(published, relations).conclude()
        between.append((referee.small(attack) & (attack.low >= 1) & (attack.high <= 7)).sum())
    assert between[0] > 5 * between[1] > 0
    assert not referee.known(attack).any()
