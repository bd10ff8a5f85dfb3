"""The statistics macros: published figures, figures worked by hand, nulls, and identities."""

from __future__ import annotations

import math
import re

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statistics_checks import CHECKS, ENDS, asker, light_compiler, read_macros, slope_columns, slope_query, table

# Without dbt: that both compile the same tests/language/test_statistics_in_dbt.py shows.
compiled_lightly = light_compiler(read_macros())
ask = asker(compiled_lightly)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize('check', CHECKS, ids=lambda check: check.__name__)
def test_the_macros_give_the_right_figures(check):
    check(ask)


PORTABLE = {
    'abs', 'asin', 'avg', 'cast', 'ceil', 'coalesce', 'concat', 'count', 'exp', 'floor', 'greatest', 'least', 'ln', 'max', 'nullif',
    'over', 'power', 'sin', 'sqrt', 'sum', 'and', 'in', 'then', 'when', 'or',
}


def sql_of_everything() -> str:
    """What the checks compile to."""
    seen = []
    for check in CHECKS:
        def record(jinja):
            seen.extend(compiled_lightly(part) for part in re.findall(r'{{.*?}}', jinja, re.DOTALL))
            return ask(jinja)
        check(record)
    return '\n'.join(seen)


def test_the_sql_is_portable():
    """No number is a decimal, and only functions that DuckDB and Spark share are called."""
    sql = sql_of_everything()
    assert not re.findall(r'(?<![\w.])\d+\.\d+(?![\de])', sql)
    assert set(re.findall(r'\b([a-z_]+) ?\(', sql)) <= PORTABLE, set(re.findall(r'\b([a-z_]+) ?\(', sql)) - PORTABLE
    assert '//' not in sql and '**' not in sql and '::' not in sql


# --- identities ---------------------------------------------------------------------------------------------

counts = st.integers(1, 2_000_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@quick
@given(st.lists(counts, min_size=1, max_size=40))
def test_limits_of_a_proportion_are_ordered_and_contain_it(pairs):
    rows = ask("""
        select {{ wilson_lower('x', 'n', 99.8) }}, {{ wilson_lower('x', 'n') }}, {{ proportion('x', 'n') }},
            {{ wilson_upper('x', 'n') }}, {{ wilson_upper('x', 'n', 99.8) }}
        from """ + table([{'x': x, 'n': n} for x, n in pairs]))
    for row in rows:
        assert 0 <= row[0] and row[4] <= 1
        assert all(one <= other + 1e-12 for one, other in zip(row, row[1:]))
        assert row[1] < row[3]


@quick
@given(st.lists(counts, min_size=1, max_size=40))
def test_wilson_is_the_same_from_either_end(pairs):
    rows = ask("select {{ wilson_lower('x', 'n') }}, 1 - ({{ wilson_upper('n - x', 'n') }}) from " + table([{'x': x, 'n': n} for x, n in pairs]))
    assert all(math.isclose(one, other, rel_tol=1e-7, abs_tol=1e-12) for one, other in rows)


@quick
@given(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=40))
def test_limits_of_a_count_are_ordered_and_contain_it(events):
    rows = ask("""
        select {{ byar_lower('o', 99.8) }}, {{ byar_lower('o') }}, o, {{ byar_upper('o') }}, {{ byar_upper('o', 99.8) }}
        from """ + table([{'o': o} for o in events]))
    for row in rows:
        assert 0 <= row[0] <= row[1] <= row[2] < row[3] < row[4]


def test_limits_rise_with_the_count_also_where_the_method_changes():
    rows = ask("select {{ byar_lower('o') }}, {{ byar_upper('o') }}, {{ byar_lower('o', 99.8) }}, {{ byar_upper('o', 99.8) }} from range(0, 40) as given (o) order by o")
    for one, other in zip(rows, rows[1:]):
        assert all(a < b for a, b in zip(one, other))


@quick
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=30))
def test_differences_and_ratios_contain_the_estimate_and_turn_around(pairs):
    rows = ask("""
        select x, y, x / n - y / m,
            {{ newcombe_lower('x', 'n', 'y', 'm') }}, {{ newcombe_upper('x', 'n', 'y', 'm') }},
            {{ newcombe_lower('y', 'm', 'x', 'n') }}, {{ newcombe_upper('y', 'm', 'x', 'n') }},
            {{ risk_ratio('x', 'n', 'y', 'm') }}, {{ risk_ratio_lower('x', 'n', 'y', 'm') }}, {{ risk_ratio_upper('x', 'n', 'y', 'm') }},
            {{ risk_ratio_upper('y', 'm', 'x', 'n') }}
        from """ + table([{'x': x, 'n': n, 'y': y, 'm': m} for (x, n), (y, m) in pairs]))
    for x, y, difference, lower, upper, back_lower, back_upper, ratio, ratio_lower, ratio_upper, back in rows:
        assert -1 - 1e-12 <= lower <= difference + 1e-12 and difference - 1e-12 <= upper <= 1 + 1e-12
        assert math.isclose(lower, -back_upper, abs_tol=1e-12) and math.isclose(upper, -back_lower, abs_tol=1e-12)
        if x and y:
            assert ratio_lower <= ratio * (1 + 1e-12) and ratio <= ratio_upper * (1 + 1e-12)
            assert math.isclose(ratio_lower, 1 / back, rel_tol=1e-9)
        else:
            assert ratio_lower is None and ratio_upper is None


groups_of_people = st.lists(st.integers(50, 80_000), min_size=5, max_size=5)
values = st.lists(st.floats(0.02, 0.98), min_size=5, max_size=5)


def rows_of(people, figures, error=0.001):
    return [
        {'area': 'x', 'quantile': number, 'population': n, 'value': float(y), 'error': error}
        for number, (n, y) in enumerate(zip(people, figures), 1)
    ]


@quick
@given(groups_of_people)
def test_the_ridit_is_a_half_on_average_and_the_weights_sum_to_one(people):
    mean, most, least, tilt = ask(slope_query(rows_of(people, [0] * 5), """
        sum(population * ridit) / sum(population), sum(most_deprived_weight), sum(least_deprived_weight),
        sum((least_deprived_weight - most_deprived_weight) * ridit)
    """))[0]
    assert math.isclose(mean, 0.5, rel_tol=1e-12)
    assert math.isclose(most, 1, rel_tol=1e-9) and math.isclose(least, 1, rel_tol=1e-9)
    assert math.isclose(tilt, 1, rel_tol=1e-9)


@quick
@given(groups_of_people, st.floats(0.1, 1), st.floats(-0.05, 1))
def test_the_slope_of_an_exact_line(people, start, slope):
    """The ends of the line, and nothing left over."""
    rows = rows_of(people, [0] * 5)
    query = slope_query(rows, ENDS + slope_columns() + ", {{ lack_of_fit('y', 'line', 'error') }}", value=f'{start!r} + {slope!r} * ridit', after='lined')
    most, least, sii, rii, sii_lower, sii_upper, rii_lower, rii_upper, lacking = ask(query)[0]
    assert math.isclose(most, start, rel_tol=1e-8) and math.isclose(least, start + slope, rel_tol=1e-8, abs_tol=1e-9)
    assert math.isclose(sii, slope, rel_tol=1e-8, abs_tol=1e-9) and math.isclose(rii, (start + slope) / start, rel_tol=1e-8)
    assert sii_lower < sii < sii_upper
    assert rii_lower is None or rii_lower < rii < rii_upper
    assert not lacking


@quick
@given(groups_of_people, values)
def test_the_reversed_order_turns_the_indices_around(people, figures):
    rows = rows_of(people, figures)
    there, back = (ask(slope_query(rows, ENDS + slope_columns(), order=order))[0] for order in ("'quantile'", "'quantile desc'"))
    close = {'rel_tol': 1e-7, 'abs_tol': 1e-9}
    assert math.isclose(there[2], -back[2], **close)
    assert math.isclose(there[4], -back[5], **close) and math.isclose(there[5], -back[4], **close)
    assert there[4] <= there[2] <= there[5]
    if min(abs(there[0]), abs(there[1])) > 0.05:
        assert math.isclose(there[3], 1 / back[3], rel_tol=1e-6)
        if None not in (there[6], back[6]) and there[6] * there[7] > 0:
            assert math.isclose(there[6], 1 / back[7], rel_tol=1e-5) and math.isclose(there[7], 1 / back[6], rel_tol=1e-5)
            assert there[6] <= there[3] <= there[7]


@quick
@given(st.lists(st.integers(1, 50_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=10))
def test_excess_adds_up_to_the_fraction_of_the_events(pairs):
    rows = [{'number': number, 'x': x, 'n': n} for number, (x, n) in enumerate(pairs)]
    reference_x, reference_n = pairs[0]
    excess, fraction, events = ask(f"""
        select
            sum({{{{ excess('x', 'n', {reference_x}, {reference_n}) }}}}),
            {{{{ attributable_fraction('n', 'x / n', 'number = 0') }}}},
            sum(x)
        from {table(rows)}
    """)[0]
    if events:
        assert math.isclose(excess, fraction * events, rel_tol=1e-9, abs_tol=1e-6)
    else:
        assert fraction is None


@quick
@given(groups_of_people, st.floats(0.02, 0.98))
def test_without_a_gradient_nothing_is_unequal(people, flat):
    query = slope_query(rows_of(people, [flat] * 5), """
        {{ slope_index('y') }}, {{ relative_index('y') }}, {{ attributable_fraction('population', 'y', 'quantile = 5') }},
        {{ concentration_index('population', 'ridit', 'y') }}
    """)
    sii, rii, fraction, concentration = ask(query)[0]
    assert abs(sii) < 1e-9 and math.isclose(rii, 1, rel_tol=1e-8)
    assert abs(fraction) < 1e-12 and abs(concentration) < 1e-12


@quick
@given(groups_of_people, values)
def test_limits_of_fraction_and_concentration_contain_them(people, figures):
    low, fraction, high, below, index, above = ask(slope_query(rows_of(people, figures), """
        {{ attributable_fraction_lower('population', 'y', 'error', 'quantile = 5') }}, {{ attributable_fraction('population', 'y', 'quantile = 5') }},
        {{ attributable_fraction_upper('population', 'y', 'error', 'quantile = 5') }},
        {{ concentration_index_lower('population', 'ridit', 'y', 'error') }}, {{ concentration_index('population', 'ridit', 'y') }},
        {{ concentration_index_upper('population', 'ridit', 'y', 'error') }}
    """))[0]
    assert low <= fraction <= high <= 1
    assert below <= index <= above and -1 <= index <= 1


@quick
@given(st.floats(0.001, 0.999), st.integers(1, 100_000), st.floats(0, 0.05))
def test_a_funnel_narrows_with_size_and_widens_with_overdispersion(target, size, variance):
    arguments = f"'{target!r}e0'" if 'e' not in repr(target) else f"'{target!r}'"
    more = f"'{variance!r}e0'" if 'e' not in repr(variance) else f"'{variance!r}'"
    row = ask(f"""
        select
            {{{{ overdispersed_funnel_lower({arguments}, {size}, {more}) }}}}, {{{{ overdispersed_funnel_lower({arguments}, {size}, 0) }}}},
            {{{{ overdispersed_funnel_lower({arguments}, {2 * size}, 0) }}}}, {target!r},
            {{{{ overdispersed_funnel_upper({arguments}, {2 * size}, 0) }}}}, {{{{ overdispersed_funnel_upper({arguments}, {size}, 0) }}}},
            {{{{ overdispersed_funnel_upper({arguments}, {size}, {more}) }}}}
    """)[0]
    assert all(float(one) <= float(other) + 1e-12 for one, other in zip(row, row[1:]))
    wide = ask(f"""
        select {{{{ funnel_lower({arguments}, {size}, 99.8) }}}}, {{{{ funnel_lower({arguments}, {size}) }}}}, {target!r},
            {{{{ funnel_upper({arguments}, {size}) }}}}, {{{{ funnel_upper({arguments}, {size}, 99.8) }}}}
    """)[0]
    assert all(float(one) <= float(other) for one, other in zip(wide, wide[1:]))


def test_whole_numbers_of_any_width_do_not_overflow():
    for kind in ('integer', 'bigint', 'hugeint', 'double'):
        sql = compiled_lightly("select {{ wilson_upper('x', 'n') }}, {{ byar_lower('x') }}, {{ newcombe_lower('x', 'n', 'x', 'n') }}")
        row = duckdb.sql(f'{sql} from (select cast(66000000 as {kind}) as x, cast(67000000 as {kind}) as n) as given').fetchone()
        assert None not in row
