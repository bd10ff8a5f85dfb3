"""The statistics macros against PHStatsMethods, the peer of the public health data teams, on random figures.

Two defects of version 0.1.16 are stepped around: ph_rate and ph_ISRatio stop at 0 events, and byars() gives the
complement's interval (byars_lower and byars_upper do not).
"""

from __future__ import annotations

import random

import pandas
import pytest
from PHStatsMethods import ph_dsr, ph_ISRatio, ph_proportion, ph_rate
from statistics_checks import asker, assert_close, level_argument, light_compiler, read_macros, table

ask = asker(light_compiler(read_macros()))
LEVELS = [(95, 0.95), (99.8, 0.998)]


def limits(frame: pandas.DataFrame, confidence: float) -> list[list]:
    """Value, lower and upper of each row; not a number is null."""
    percent = {0.95: '95%', 0.998: '99.8%'}[confidence]
    names = ['Value'] + [
        next(name for name in frame.columns if name.startswith(side) and percent.rstrip('%').replace('.', '') in name.replace('.', '').replace('_', ''))
        for side in ('lower', 'upper')
    ]
    return [[None if pandas.isna(value) else value for value in row] for row in frame[names].itertuples(index=False)]


@pytest.mark.parametrize(('level', 'confidence'), LEVELS)
def test_proportions_and_rates(level, confidence):
    draw = random.Random(1)
    rows = []
    for key in range(300):
        n = draw.choice([draw.randint(1, 30), draw.randint(30, 3000), draw.randint(3000, 10**7)])
        rows.append({'key': key, 'x': draw.randint(1, min(n, draw.choice([12, n]))), 'n': n})
    frame = pandas.DataFrame(rows)
    given = f"'x', 'n'{level_argument(level)}"
    found = ask(f"""
        select {{{{ proportion('x', 'n') }}}}, {{{{ wilson_lower({given}) }}}}, {{{{ wilson_upper({given}) }}}},
            {{{{ crude_rate('x', 'n') }}}}, {{{{ crude_rate_lower({given}) }}}}, {{{{ crude_rate_upper({given}) }}}}
        from {table(rows)} order by key
    """)
    proportions = limits(ph_proportion(frame, 'x', 'n', ['key', 'x', 'n'][:1], confidence=confidence).sort_values('key'), confidence)
    rates = limits(ph_rate(frame, 'x', 'n', ['key'], confidence=confidence).sort_values('key'), confidence)
    for row, proportion, rate in zip(found, proportions, rates, strict=True):
        assert_close(row[:3], proportion, 'proportion', absolute=1e-15)
        assert_close(row[3:], rate, 'rate')


@pytest.mark.parametrize(('level', 'confidence'), LEVELS)
def test_standardised_rates_and_ratios(level, confidence):
    draw = random.Random(2)
    rows = []
    for area in range(60):
        scale = draw.choice([20, 400, 9000])
        for band in range(1, 20):
            n = draw.randint(1, scale)
            rows.append({
                'area': area, 'band': band, 'o': min(n, int(draw.expovariate(1) * n * 0.01 * band / 4)) + (band == 7), 'n': n + 1,
                'w': draw.randint(1000, 7000), 'ro': draw.randint(1, 500), 'rn': draw.randint(5000, 90000),
            })
    frame = pandas.DataFrame(rows)
    given = level_argument(level)
    found = ask(f"""
        with area as (
            select area, {{{{ weighted_rate('o', 'n', 'w') }}}} as r, {{{{ weighted_rate_variance('o', 'n', 'w') }}}} as v, sum(w) as w, sum(o) as o,
                {{{{ expected_events('n', 'ro', 'rn') }}}} as e
            from {table(rows)} group by area
        )
        select {{{{ directly_standardised_rate('r', 'w', 'o') }}}}, {{{{ directly_standardised_rate_lower('r', 'v', 'w', 'o'{given}) }}}},
            {{{{ directly_standardised_rate_upper('r', 'v', 'w', 'o'{given}) }}}},
            {{{{ indirectly_standardised_ratio('o', 'e') }}}}, {{{{ crude_rate_lower('o', 'e', 1{given}) }}}},
            {{{{ crude_rate_upper('o', 'e', 1{given}) }}}}
        from area order by area
    """)
    rates = ph_dsr(frame, 'o', 'n', 'w', ['area'], confidence=confidence, euro_standard_pops=False).sort_values('area')
    ratios = ph_ISRatio(frame, 'o', 'n', 'ro', 'rn', ['area'], confidence=confidence).sort_values('area')
    compared = 0
    for row, rate, ratio in zip(found, limits(rates, confidence), limits(ratios, confidence), strict=True):
        assert_close(row[:3], rate, 'standardised rate')
        assert_close(row[3:], ratio, 'standardised ratio')
        compared += row[0] is not None
    assert 10 < compared
