"""Random searches over random records find the patients that the oracle finds, and no others; and each
register and measurement says of random records what the oracle says.

PHM_PROPERTY_EXAMPLES sets how many examples are tried.
"""

import os

import pytest
from random_searches import SAYING, compare, examples, try_examples, warehouse_for

EXAMPLES = int(os.environ.get('PHM_PROPERTY_EXAMPLES', 50))


@pytest.fixture(scope='module')
def warehouse(compile_jinja):
    return warehouse_for(EXAMPLES, compile_jinja)


def test_random_searches_find_whom_the_oracle_finds(warehouse):
    try_examples(lambda example: compare(example, warehouse), examples(), EXAMPLES)


@pytest.mark.parametrize('concept', SAYING)
def test_a_concept_says_of_random_records_what_the_oracle_says(warehouse, concept):
    for example in warehouse.histories:
        if example.concept == concept:
            compare(example, warehouse)
