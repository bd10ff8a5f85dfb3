"""What is published for the demo extract is attacked under every policy, and no hidden count is found.

Interval propagation runs over every measure and every relation at once. Linear programming, which also sees what lines
that cross tell together, runs on two measures and three dimensions of each policy, to keep the whole under a minute or two.
"""

import numpy as np
import pytest
from disclosure_attack import Relations, knowledge, linear_programme, one_number

POLICIES = ['nhs_england', 'opensafely', 'midpoint6', 'exact_totals']
SAMPLE = ['cohort_hypertension_not_treated_to_target', 'cohort_severe_mental_illness_core20_health_check_incomplete']
KINDS = ['denominators', 'numerators', 'complements']


@pytest.fixture(scope='module')
def published(built, rebuild):
    runs = {'nhs_england': built}

    def of(policy):
        if policy not in runs:
            runs[policy] = rebuild(
                'build', '--select', 'released_counts', 'published', 'hidden_counts_have_no_figures',
                '--exclude-resource-type', 'unit_test', variables={'disclosure_policy': policy},
            )
            assert runs[policy].ok, runs[policy].output
        return runs[policy]

    return of


class Tables:
    """The published counts and the true ones, cells x measures, and how cells add up."""

    def __init__(self, run):
        query = """
            select area_type, area_code, dimension, dimension_group, measure,
                published.denominator, published.numerator, published_denominator, published_numerator
            from published.published_inequality_metrics as published
            inner join marts.inequality_counts_by_group using (as_of_date, measure, area_type, area_code, dimension, dimension_group)
            order by all
        """
        rows = run.rows(query)
        areas, groups = sorted({row[:2] for row in rows}), sorted({row[2:4] for row in rows})
        self.measures = sorted({row[4] for row in rows})
        shape = len(areas) * len(groups), len(self.measures)
        counts = np.array([[np.nan if count is None else count for count in row[5:]] for row in rows], float)
        self.denominator, self.numerator, self.true_denominator, self.true_numerator = (
            counts[:, i].reshape(shape) for i in range(4)
        )
        parents = {}
        for practice, pcn, place in run.rows('select distinct practice_code, pcn_code, place from marts.dim_patient'):
            parents['practice', practice] = 'pcn', pcn or 'unknown'
            parents['pcn', pcn or 'unknown'] = 'place', place or 'unknown'
            parents['place', place or 'unknown'] = 'icb', 'QGH'
        self.relations = Relations(areas, groups, {area: parent for area, parent in parents.items() if area in areas})
        self.truth = [self.true_denominator, self.true_numerator, self.true_denominator - self.true_numerator]
        assert not (self.relations.equations @ self.true_numerator).any()


def attack(policy, tables, denominator, numerator, told=False):
    """What is known at the end, which cells are protected, and which of them are recovered."""
    known, protected = knowledge(policy, tables.relations, denominator, numerator, told)
    alone = known.copy()
    for low, high, truth in zip(known.low, known.high, tables.truth):
        assert (low <= truth).all() and (truth <= high).all(), 'the attacker is wrong from the start'
    known.propagate(tables.relations)
    pinned = [cells & one_number(low, high) for cells, low, high in zip(protected, known.low, known.high)]
    recovered = [cells & (truth >= 1) & (truth <= 7) for cells, truth in zip(pinned, tables.truth)]
    narrowed = [
        cells & ~one & (high - low < before_high - before_low)
        for cells, one, low, high, before_low, before_high in zip(protected, pinned, known.low, known.high, alone.low, alone.high)
    ]
    return known, protected, pinned, recovered, narrowed


@pytest.mark.parametrize('policy', POLICIES)
def test_no_hidden_count_is_recovered(published, policy, capsys):
    tables = Tables(published(policy))
    known, protected, pinned, recovered, narrowed = attack(policy, tables, tables.denominator, tables.numerator)
    with capsys.disabled():
        for kind, hidden, one, found, less in zip(KINDS, protected, pinned, recovered, narrowed):
            print(
                f'\n{policy}, {kind}: {hidden.size} cells, {hidden.sum()} protected, {less.sum()} narrowed, '
                f'{one.sum() - found.sum()} of them 0 or above 7 and told, {found.sum()} recovered', end=''
            )
    assert not any(cells.any() for cells in recovered)
    for measure in SAMPLE:
        column = tables.measures.index(measure)
        for dimension in ['ethnic_group', 'sex', 'rural_urban']:
            relations, cells = tables.relations.of_dimensions({dimension})
            watched = [(kept & ~one)[cells] for kept, one in zip(protected, pinned)]
            found = linear_programme(relations, known.of_cells(cells), column, watched, seed=1)
            assert not [
                (kind, cell) for kind, cell in found if 1 <= tables.truth[kind][cells][cell, column] <= 7
            ], (measure, dimension)


def test_the_attack_recovers_what_is_hidden_for_its_size_alone(published):
    """Without the counts hidden to protect others: exact and rounded totals tell thousands."""
    tables = Tables(published('nhs_england'))
    true_d, true_n = tables.true_denominator, tables.true_numerator
    small_d = (true_d >= 1) & (true_d <= 7)
    rest = true_d - true_n
    small_n = ((true_n >= 1) & (true_n <= 7)) | ((rest >= 1) & (rest <= 7) & (true_n > 0))
    for policy, released in [('exact_totals', lambda x: x), ('nhs_england', lambda x: 5 * np.floor((x + 2) / 5))]:
        recovered = attack(
            policy, tables, np.where(small_d, np.nan, released(true_d)), np.where(small_n, np.nan, released(true_n)), told=True
        )[3]
        assert recovered[0].sum() > 1000 and recovered[1].sum() > 1000, policy


def wilson(x, n, side):
    z = 1.959963984540054
    return (2 * x + z * z + side * z * np.sqrt(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))


def numerators_that_fit(lower, upper, denominator):
    """Every (numerator, denominator) whose Wilson limits are these; denominator as released, within 2."""
    return [
        (x, n) for n in range(denominator - 2, denominator + 3) for x in range(n + 1)
        if abs(max(0, wilson(x, n, -1)) - lower) < 1e-9 and abs(min(1, wilson(x, n, 1)) - upper) < 1e-9
    ]


def test_limits_tell_the_released_counts_and_no_others(published):
    """From true counts they would tell the true ones."""
    rows = published('nhs_england').rows("""
        select published.numerator, published.denominator, published.proportion_lower, published.proportion_upper,
            published_numerator, published_denominator, metric.proportion_lower, metric.proportion_upper
        from published.published_inequality_metrics as published
        inner join marts.inequality_metrics as metric using (as_of_date, measure, area_type, area_code, dimension, dimension_group)
        inner join marts.inequality_counts_by_group
            using (as_of_date, measure, area_type, area_code, dimension, dimension_group)
        where published.proportion is not null and published.denominator between 10 and 100 and published.numerator > 0
            and published_denominator = metric.denominator and published_numerator = metric.numerator
        order by all
    """)[::20]
    assert len(rows) > 20
    told = 0
    for numerator, denominator, lower, upper, true_numerator, true_denominator, true_lower, true_upper in rows:
        assert numerators_that_fit(lower, upper, denominator) == [(numerator, denominator)]
        told += numerators_that_fit(true_lower, true_upper, denominator) == [(true_numerator, true_denominator)]
    assert told == len(rows)


def test_nobody_with_a_national_data_opt_out_is_counted(published):
    """Nor anybody twice: shown denominators of everyone are those of the patients who have none."""
    rows = published('exact_totals').rows("""
        select published.denominator, count(patient.patient_id)
        from published.published_inequality_metrics as published
        inner join marts.dim_patient as patient on published.area_type = 'icb' and published.as_of_date = patient.as_of_date
        where published.dimension = 'all' and published.measure = 'cohort_carers_with_depression'
            and patient.patient_id not in (select patient_id from population.national_data_opt_out_patient)
        group by published.denominator
    """)
    assert len(rows) == 1 and rows[0][0] == rows[0][1]


def test_no_patient_is_published(built):
    columns = built.column("select column_name from information_schema.columns where table_schema = 'published'")
    assert columns and not {'patient_id', 'evidence', 'lsoa_code', 'date_of_birth'} & set(columns)


def test_another_policy_is_refused(compile_jinja):
    ok, message = compile_jinja("select {{ released_count('x') }}", disclosure_policy='opensafly')
    assert not ok
    assert "The variable disclosure_policy is 'opensafly': did you mean 'opensafely'?" in ' '.join(message.split())
