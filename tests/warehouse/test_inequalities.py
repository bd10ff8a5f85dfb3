"""Inequality recomputed in plain Python from the marts of patients, by the formulas of the sources."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from math import asin, exp, isclose, log, pi, sin, sqrt
from statistics import NormalDist

import pytest
from conftest import PROJECT

Z, WIDE_Z = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.999)
# A rare and a common search, one for which neither is better, a large and a small indicator, and one of which neither is better.
MEASURES = {
    'cohort_high_bmi_anxiety_depression_no_covid_vaccination': 'lower_is_better',
    'cohort_covid_19_eligible_not_vaccinated': 'lower_is_better',
    'cohort_ethnicity_not_recorded': 'lower_is_better',
    'cohort_influenza_clinical_risk_group': 'neither',
    'indicator_hi_02_ethnicity_recording': 'higher_is_better',
    'indicator_core20plus5_hypertension_to_target': 'higher_is_better',
    'indicator_cvd_02_hypertension_register': 'neither',
}
REFERENCES = {
    'deprivation_quintile': '5', 'deprivation_decile': '10', 'core20': 'not core20', 'ethnic_group': 'White',
    'sex': 'male', 'rural_urban': 'urban',
}
COLUMNS = """
    denominator, numerator, proportion, proportion_lower, proportion_upper,
    standardised_rate, standardised_rate_lower, standardised_rate_upper,
    reference_group, difference, difference_lower, difference_upper, ratio, ratio_lower, ratio_upper,
    rest_difference, rest_difference_lower, rest_difference_upper, excess_patients, comparison, area_comparison
"""


def seed(name: str) -> list[dict]:
    with open(PROJECT / 'seeds' / 'reference' / f'{name}.csv', encoding='utf-8') as file:
        return list(csv.DictReader(file))


GROUPS = [(row['dimension'], row['dimension_group']) for row in seed('ref_dimension_group')]
# European Standard Population 2013, Eurostat, 0-4 to 90 and over.
WEIGHTS = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]
BANDS = [f'{age}-{age + 4}' for age in range(0, 90, 5)] + ['90+']
WEIGHT = dict(zip(BANDS, WEIGHTS))


def same(found, expected) -> bool:
    if isinstance(found, float) and isinstance(expected, (int, float)):
        return isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    return found == expected and (found is None) == (expected is None)


# --------------------------------------------------------------------------------------
# The formulas
# --------------------------------------------------------------------------------------

def wilson(x, n, z=Z):
    """p and its limits, as Newcombe and Altman write them; nothing without patients."""
    if not n:
        return None
    p = x / n
    centre, width = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    lower = 0 if x == 0 else (centre - width) / (1 + z * z / n)
    upper = 1 if x == n else (centre + width) / (1 + z * z / n)
    return p, lower, upper


def newcombe(one, other):
    if not one or not other:
        return [None] * 3
    (p, l1, u1), (q, l2, u2) = one, other
    return [p - q, p - q - sqrt((p - l1) ** 2 + (u2 - q) ** 2), p - q + sqrt((u1 - p) ** 2 + (q - l2) ** 2)]


def risk_ratio(x, n, y, m):
    if not n or not m or not y:
        return [None] * 3
    ratio = (x / n) / (y / m)
    if not x:
        return [ratio, None, None]
    error = sqrt(1 / x - 1 / n + 1 / y - 1 / m)
    return [ratio, ratio * exp(-Z * error), ratio * exp(Z * error)]


def standardised(strata):
    """Dobson's limits with Byar's; strata are (weight, events, patients)."""
    events = sum(x for _, x, _ in strata)
    if events < 10 or not strata or any(not n for _, _, n in strata):
        return [None] * 3
    total = sum(w for w, _, _ in strata)
    rate = sum(w * x / n for w, x, n in strata) / total
    variance = sum(w * w * x / n ** 2 for w, x, n in strata) / total ** 2
    lower = events * (1 - 1 / (9 * events) - Z / (3 * sqrt(events))) ** 3
    more = events + 1
    upper = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return [100000 * value for value in (
        rate, rate + sqrt(variance / events) * (lower - events), rate + sqrt(variance / events) * (upper - events)
    )]


def word(lower, upper, value, polarity):
    if lower is None or value is None:
        return 'not compared'
    if lower <= value <= upper:
        return 'similar'
    higher = lower > value
    if polarity == 'neither':
        return 'higher' if higher else 'lower'
    return 'better' if higher == (polarity == 'higher_is_better') else 'worse'


# --------------------------------------------------------------------------------------
# The counts
# --------------------------------------------------------------------------------------

def groups_of(row) -> list[tuple[str, str]]:
    return [
        ('all', 'all'),
        ('deprivation_quintile', str((row['imd_decile'] + 1) // 2) if row['imd_decile'] else 'unknown'),
        ('deprivation_decile', str(row['imd_decile'] or 'unknown')),
        ('core20', 'unknown' if not row['imd_decile'] else 'core20' if row['imd_decile'] <= 2 else 'not core20'),
        ('ethnic_group', row['ethnic_group']),
        ('sex', row['sex']),
        ('age_band', BANDS[min(row['age'], 90) // 5]),
        ('rural_urban', row['rural_urban']),
    ]


def areas_of(row) -> list[tuple[str, str]]:
    return [
        ('icb', 'QGH'), ('place', row['place'] or 'unknown'), ('pcn', row['pcn_code'] or 'unknown'),
        ('practice', row['practice_code']),
    ]


@pytest.fixture(scope='module')
def counts(built):
    """For each measure and (area, group): patients by stratum, and the same of those found."""
    names = ['patient_id', 'age', 'sex', 'ethnic_group', 'imd_decile', 'rural_urban', 'practice_code', 'pcn_code', 'place']
    patients = {row[0]: dict(zip(names, row)) for row in built.rows(f"select {', '.join(names)} from marts.dim_patient")}
    denominators, numerators = {}, {}
    for measure in MEASURES:
        if measure.startswith('cohort_'):
            denominators[measure] = list(patients)
            numerators[measure] = built.column(f'select patient_id from marts.cohort_flags where {measure}')
        else:
            status = built.rows(f"select patient_id, status from marts.indicator_status where indicator = '{measure}'")
            denominators[measure] = [patient for patient, word in status if word != 'excluded']
            numerators[measure] = [patient for patient, word in status if word == 'achieved']
    opted_out = set(built.column('select patient_id from staging.base_patient where national_data_opt_out'))
    assert opted_out & set(patients)
    keys = {
        patient: ([(area, group) for area in areas_of(row) for group in groups_of(row)], (BANDS[min(row['age'], 90) // 5], row['sex']))
        for patient, row in patients.items()
    }

    def count(ids):
        total, published = defaultdict(Counter), Counter()
        for patient in ids:
            cells, stratum = keys[patient]
            for cell in cells:
                total[cell][stratum] += 1
                published[cell] += patient not in opted_out
        return total, published

    areas = sorted({area for row in patients.values() for area in areas_of(row)})
    return {
        'areas': areas,
        **{measure: (count(denominators[measure]), count(numerators[measure])) for measure in MEASURES},
    }


def strata_of(dimension, group):
    bands = [group] if dimension == 'age_band' else BANDS
    sexes = [group] if dimension == 'sex' else ['female', 'male']
    return [(band, sex) for band in bands if band in WEIGHT for sex in sexes]


@pytest.fixture(scope='module')
def expected(counts):
    """The rows of inequality_metrics."""
    result = {}
    for measure, polarity in MEASURES.items():
        (patients, _), (found, _) = counts[measure]

        def number(area, group):
            return sum(found[area, group].values()), sum(patients[area, group].values())

        for area in counts['areas']:
            everyone = number(area, ('all', 'all'))
            for dimension, group in GROUPS:
                cell = area, (dimension, group)
                x, n = number(*cell)
                own = wilson(x, n)
                rate = standardised([
                    (WEIGHT[stratum[0]], found[cell][stratum], patients[cell][stratum]) for stratum in strata_of(dimension, group)
                    if patients[('icb', 'QGH'), ('all', 'all')][stratum]
                ])
                reference = REFERENCES.get(dimension)
                reference = None if reference == group else reference
                y, m = number(area, (dimension, reference)) if reference else (0, 0)
                difference = newcombe(own, wilson(y, m))
                rest = newcombe(own, wilson(everyone[0] - x, everyone[1] - n)) if dimension != 'all' else [None] * 3
                excess = None
                if difference[0] is not None:
                    excess = (x - n * y / m) * (-1 if polarity == 'higher_is_better' else 1)
                whole = wilson(*number(('icb', 'QGH'), (dimension, group)))
                compared = 'not compared'
                if own and area[0] != 'icb':
                    compared = word(own[1], own[2], whole[0], polarity)
                    wide = wilson(x, n, WIDE_Z)
                    if compared != 'similar' and not wide[1] <= whole[0] <= wide[2]:
                        compared = f'much {compared}'
                result[measure, *area, dimension, group] = [
                    n, x, *(own or [None] * 3), *rate, reference, *difference, *risk_ratio(x, n, y, m), *rest, excess,
                    word(difference[1], difference[2], 0, polarity), compared,
                ]
    return result


# --------------------------------------------------------------------------------------
# The tests
# --------------------------------------------------------------------------------------

def listed(names) -> str:
    return ', '.join(f"'{name}'" for name in names)


def test_the_counts(built, counts):
    found = built.rows(f"""
        select measure, area_type, area_code, dimension, dimension_group, denominator, numerator, published_denominator, published_numerator
        from marts.inequality_counts_by_group where measure in ({listed(MEASURES)})
    """)
    assert len(found) == len(MEASURES) * len(counts['areas']) * len(GROUPS)
    for measure, area_type, area_code, dimension, group, *values in found:
        cell = (area_type, area_code), (dimension, group)
        (patients, published), (achieved, published_achieved) = counts[measure]
        assert values == [
            sum(patients[cell].values()), sum(achieved[cell].values()), published[cell], published_achieved[cell]
        ], (measure, cell)


def test_every_figure_of_a_group(built, expected):
    found = {tuple(row[:5]): list(row[5:]) for row in built.rows(f"""
        select measure, area_type, area_code, dimension, dimension_group, {COLUMNS}
        from marts.inequality_metrics where measure in ({listed(MEASURES)})
    """)}
    assert set(found) == set(expected)
    names = [name.strip() for name in COLUMNS.split(',')]
    for key, values in expected.items():
        for name, value, own in zip(names, found[key], values, strict=True):
            assert same(value, own), (key, name, value, own)


def test_the_demo_has_every_case(expected):
    """What never occurs is not tested above."""
    names = [name.strip() for name in COLUMNS.split(',')]
    columns = {name: [row[position] for row in expected.values()] for position, name in enumerate(names)}
    for name, values in columns.items():
        if name not in ('denominator', 'numerator', 'comparison', 'area_comparison'):
            assert sum(value is None for value in values) > 0, name
            assert sum(value is not None for value in values) > 100, name
    assert set(columns['comparison']) == {'better', 'similar', 'worse', 'higher', 'lower', 'not compared'}
    assert {'much better', 'much worse'} <= set(columns['area_comparison'])
    assert 0 in columns['denominator']


def quintile_figures(rows, polarity):
    """The gradient: rows are (numerator, denominator) of quintiles 1 to 5. By weighted least squares, not the macros' weights."""
    wilsons = [wilson(x, n) for x, n in rows]
    result = dict.fromkeys([
        'slope_index', 'slope_index_lower', 'slope_index_upper', 'relative_index', 'relative_index_lower',
        'relative_index_upper', 'lack_of_fit', 'attributable_fraction', 'attributable_fraction_lower',
        'attributable_fraction_upper', 'excess_patients', 'concentration_index', 'concentration_index_lower',
        'concentration_index_upper',
    ])
    result['most_deprived'] = wilsons[0] and wilsons[0][0]
    result['least_deprived'] = wilsons[4] and wilsons[4][0]
    for name, values in [('absolute_gap', newcombe(wilsons[0], wilsons[4])), ('relative_gap', risk_ratio(*rows[0], *rows[4]))]:
        for end, value in zip(['', '_lower', '_upper'], values):
            result[name + end] = value
    gap = result['absolute_gap']
    result['gap_adverse'] = None if polarity == 'neither' or gap is None else gap if polarity == 'lower_is_better' else -gap
    total, events = sum(n for _, n in rows), sum(x for x, _ in rows)
    if not total:
        return result
    share = [n / total for _, n in rows]
    rank = [sum(share[:i]) + share[i] / 2 for i in range(5)]
    mean = events / total
    held = [i for i in range(5) if wilsons[i]]
    error = {}
    for i in held:
        p, lower, upper = wilsons[i]
        if p == 0:
            error[i] = upper / (2 * Z)
        elif p == 1:
            error[i] = (1 - lower) / (2 * Z)
        else:
            error[i] = p * (1 - p) * (log(upper / (1 - upper)) - log(lower / (1 - lower))) / (2 * Z)
    if wilsons[4]:
        reference, n = rows[4][0] / rows[4][1], rows[4][1]
        excess = sum(x - n * reference for x, n in rows)
        result['excess_patients'] = -excess if polarity == 'higher_is_better' else excess
        if events:
            result['attributable_fraction'] = 1 - reference / mean
            if reference > 0:
                variance = error[4] ** 2 / reference ** 2 + sum((share[i] * error[i]) ** 2 for i in held) / mean ** 2
                variance -= 2 * share[4] * error[4] ** 2 / (reference * mean)
                for end, side in [('_lower', 1), ('_upper', -1)]:
                    result[f'attributable_fraction{end}'] = 1 - exp(log(reference / mean) + side * Z * sqrt(max(0, variance)))
    if events:
        index = 2 * sum(share[i] * wilsons[i][0] * rank[i] for i in held) / mean - 1
        spread = sqrt(sum((share[i] * (2 * rank[i] - 1 - index) * error[i]) ** 2 for i in held)) / mean
        result |= {
            'concentration_index': index, 'concentration_index_lower': index - Z * spread, 'concentration_index_upper': index + Z * spread
        }
    if len(held) == 5:
        p = [w[0] for w in wilsons]
        squares = sum(a * (b - 0.5) ** 2 for a, b in zip(share, rank))
        c = [a * (b - 0.5) / squares for a, b in zip(share, rank)]
        slope = sum(ci * pi for ci, pi in zip(c, p))
        half = Z * sqrt(sum((c[i] * error[i]) ** 2 for i in range(5)))
        least, most = mean + slope / 2, mean - slope / 2
        result |= {'slope_index': slope, 'slope_index_lower': slope - half, 'slope_index_upper': slope + half}
        fit = [mean + slope * (b - 0.5) for b in rank]
        result['lack_of_fit'] = sum(((p[i] - fit[i]) / error[i]) ** 2 for i in range(5)) > 7.814727903251178
        if most:
            result['relative_index'] = least / most
            up, down = [a + ci / 2 for a, ci in zip(share, c)], [a - ci / 2 for a, ci in zip(share, c)]
            vn, vd, cov = (
                sum(one[i] * other[i] * error[i] ** 2 for i in range(5)) for one, other in [(up, up), (down, down), (up, down)]
            )
            a, b, k = most ** 2 - Z * Z * vd, most * least - Z * Z * cov, least ** 2 - Z * Z * vn
            if a > 0:
                root = sqrt(max(0, b * b - a * k))
                result |= {'relative_index_lower': (b - root) / a, 'relative_index_upper': (b + root) / a}
    return result


def test_every_figure_of_a_gap(built, counts, expected):
    names = built.column("""
        select column_name from information_schema.columns
        where table_schema = 'marts' and table_name = 'inequality_gaps' order by ordinal_position
    """)
    seen, filled = 0, Counter()
    position = {name.strip(): place for place, name in enumerate(COLUMNS.split(','))}
    for row in built.rows(f"select * from marts.inequality_gaps where measure in ({listed(MEASURES)})"):
        row = dict(zip(names, row))
        area, measure = (row['area_type'], row['area_code']), row['measure']

        def of(dimension, group):
            return expected[measure, *area, dimension, group]

        own = quintile_figures([(of('deprivation_quintile', str(q))[1], of('deprivation_quintile', str(q))[0]) for q in range(1, 6)], MEASURES[measure])
        differences = slice(position['difference'], position['difference_upper'] + 1)
        for end, value in zip(['', '_lower', '_upper'], of('core20', 'core20')[differences]):
            own[f'core20_gap{end}'] = value
        ethnic = [
            (abs(of('ethnic_group', group)[position['difference']]), group) for group in ['Asian', 'Black', 'Mixed', 'Other']
            if of('ethnic_group', group)[position['comparison']] not in ('similar', 'not compared')
        ]
        group = max(ethnic)[1] if ethnic else None
        own['ethnic_gap_group'] = group
        for end, value in zip(['', '_lower', '_upper'], of('ethnic_group', group)[differences] if group else [None] * 3):
            own[f'ethnic_gap{end}'] = value
        assert set(own) == set(names) - {'as_of_date', 'measure', 'measure_type', 'polarity', 'area_type', 'area_code'}
        for name, value in own.items():
            # Where the gradient is flat by cancellation, figures near 0 differ by rounding only.
            found = row[name]
            close = same(found, value) or (
                isinstance(found, float) and isinstance(value, (int, float)) and isclose(found, value, rel_tol=1e-9, abs_tol=1e-10)
            )
            assert close, (measure, area, name, found, value)
            filled[name] += value is not None
        seen += 1
    assert seen == len(MEASURES) * len(counts['areas'])
    assert min(filled.values()) > 10, filled


def test_funnel_limits(built, expected):
    for measure in MEASURES:
        icb = expected[measure, 'icb', 'QGH', 'all', 'all']
        target = icb[1] / icb[0]
        for area_type in ('pcn', 'practice'):
            units = {
                key[2]: (row[1], row[0]) for key, row in expected.items()
                if key[0] == measure and key[1] == area_type and key[3] == 'all' and key[2] != 'unknown'
            }
            scores = sorted((asin(sqrt(x / n)) - asin(sqrt(target))) * 2 * sqrt(n) for x, n in units.values() if n)

            def quantile(p):
                place = p * (len(scores) - 1)
                low = int(place)
                return scores[low] + (place - low) * (scores[min(low + 1, len(scores) - 1)] - scores[low])

            low, high = quantile(0.1), quantile(0.9)
            drawn_in = [min(max(score, low), high) for score in scores]
            count, weights = len(scores), [4 * n for _, n in units.values() if n]
            phi = sum(score ** 2 for score in drawn_in) / count
            variance = max(0.0, (count * phi - (count - 1)) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
            rows = built.rows(f"""
                select area_code, numerator, denominator, proportion, target, overdispersion, between_unit_variance,
                    lower_95, upper_95, lower_99_8, upper_99_8, overdispersed_lower_95, overdispersed_upper_95,
                    overdispersed_lower_99_8, overdispersed_upper_99_8, funnel_position, overdispersed_funnel_position
                from marts.funnel_limits where measure = '{measure}' and area_type = '{area_type}'
            """)
            assert {row[0] for row in rows} == set(units)
            for code, *found in rows:
                x, n = units[code]
                if not n:
                    own = [0, 0, None, target, phi, variance] + [None] * 10
                else:
                    limits = []
                    for z in (Z, WIDE_Z):
                        width = z * sqrt(target * (1 - target) / n)
                        limits += [max(0.0, target - width), min(1.0, target + width)]
                    for z in (Z, WIDE_Z):
                        width = z * sqrt(1 / (4 * n) + variance)
                        limits += [sin(max(0, asin(sqrt(target)) - width)) ** 2, sin(min(pi / 2, asin(sqrt(target)) + width)) ** 2]
                    positions = []
                    for lower, upper, wide_lower, wide_upper in (limits[:4], limits[4:]):
                        p = x / n
                        positions.append(
                            'above 99.8%' if p > wide_upper else 'above 95%' if p > upper
                            else 'below 99.8%' if p < wide_lower else 'below 95%' if p < lower else 'within'
                        )
                    own = [x, n, x / n, target, phi, variance, *limits, *positions]
                for value, other in zip(found, own, strict=True):
                    assert same(value, other), (measure, area_type, code, found, own)


def test_the_standard_population_is_the_published_one(built):
    assert dict(built.rows('select age_band, weight from reference.ref_standard_population')) == WEIGHT
    assert sum(WEIGHTS) == 100000


def test_every_dimension_has_at_most_one_reference():
    found = defaultdict(list)
    for row in seed('ref_dimension_group'):
        if row['is_reference'] == 'true':
            found[row['dimension']].append(row['dimension_group'])
    assert found == {dimension: [group] for dimension, group in REFERENCES.items()}


def test_every_polarity(built):
    measures = dict(built.rows('select measure, polarity from marts.dim_measure'))
    assert set(measures) == set(built.column('select cohort from marts.dim_cohort union all select indicator from marts.dim_indicator'))
    assert {measure: measures[measure] for measure in MEASURES} == MEASURES
