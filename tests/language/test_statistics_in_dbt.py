"""The statistics macros as dbt compiles them: the same SQL as without it, which tests/unit/test_statistics.py tries."""

import re

import pytest
from statistics_checks import CHECKS, REFUSED, SCALARS, SLOPE_COLUMNS, Refused, asker, light_compiler, read_macros

compiled_lightly = light_compiler(read_macros())


@pytest.fixture(scope='module')
def ask_dbt(compile_jinja):
    def compiler(jinja: str) -> str:
        ok, text = compile_jinja(jinja)
        assert ok, text
        return text

    return asker(compiler)


def test_dbt_compiles_the_macros_to_the_same_sql(compile_jinja):
    """Each macro through dbt and through the light compiler that the checks use."""
    expressions = [*SCALARS, *(
        f"{name}('y'{', ' + repr('s') if name.endswith('er') else ''})" for name in SLOPE_COLUMNS
    ), "ridit('n', order_by='q', partition_by='a')", "line_weight('n', 'b', at=0, partition_by='a')", "line_value('y', 'b')",
        "lack_of_fit('y', 'l', 's')", "attributable_fraction_lower('n', 'r', 's', 'q = 5')", "attributable_fraction_upper('n', 'r', 's', 'q = 5')",
        "concentration_index_lower('n', 'b', 'y', 's')", "concentration_index_upper('n', 'b', 'y', 's')", "overdispersion('z')",
        "between_unit_variance('z', 's')", "comparison_in_two_levels('l', 'u', 'k', 'v', 'c', 'p')",
        "expected_events('n', 'o', 'm')",
        "weighted_rate('o', 'n', 'w')", "weighted_rate_variance('o', 'n', 'w')", "attributable_fraction('n', 'r', 'q = 5')",
        "standard_error_of_rate('r', 'l', 'u')", "standard_error_of_proportion('r', 'l', 'u')",
    ]
    jinja = '\n;\n'.join('{{ ' + expression + ' }}' for expression in expressions)
    ok, text = compile_jinja(jinja)
    assert ok, text
    assert text.split() == compiled_lightly(jinja).split()
    # Nothing public is left out of this list.
    called = set(re.findall(r'(\w+)\(', ' '.join(expressions)))
    helpers = {'normal_deviate', 'operand', 'exact_limits', 'every_group', 'every_rate'}
    for name in re.findall(r'{% macro (\w+)', ' '.join(read_macros().values())):
        assert name in called | helpers or re.search(rf'\b{name}\(', ' '.join(
            re.sub(rf'macro {name}\(', '', source) for source in read_macros().values()
        )), name


def test_dbt_gives_the_published_figures(ask_dbt):
    """The longest way round once: model code through dbt to DuckDB."""
    by_name = {check.__name__: check for check in CHECKS}
    for name in ('wilson_as_published', 'slope_indices_as_worked_by_hand', 'single_values_and_nulls'):
        by_name[name](ask_dbt)


@pytest.mark.parametrize(('jinja', 'sentence'), REFUSED.items())
def test_what_is_wrong_is_refused_in_one_sentence(compile_jinja, jinja, sentence):
    ok, message = compile_jinja(jinja)
    assert not ok
    assert sentence in ' '.join(message.split())
    assert 'Traceback' not in message
    with pytest.raises(Refused) as refusal:
        compiled_lightly(jinja)
    assert str(refusal.value) == sentence
