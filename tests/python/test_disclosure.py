"""What is published for the demo extract is attacked under every policy, and no hidden count is found.

Interval propagation runs over every measure and every relation at once. Linear programming, which also sees what lines
that cross tell together, runs on a sample of measures and families of dimensions: all of them take half an hour. Policies
other than the default are tried on a ninth of the measures.
"""

import shutil
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest
from conftest import dbt_here
from disclosure_attack import FAMILIES, Lines, first_knowledge, is_one_number, linear_programme

POLICIES = ['nhs_england', 'opensafely', 'midpoint6', 'exact_totals']
KINDS = ['denominators', 'numerators', 'complements']
CELL = 'as_of_date, measure, area_type, area_code, dimension, dimension_group'


@pytest.fixture(scope='module')
def published(built, parsed, tmp_path_factory):
    """The warehouse under a policy: of the default as it was built, of the others with every ninth measure."""
    runs = {'nhs_england': built}

    def of(policy):
        if policy not in runs:
            folder = tmp_path_factory.mktemp(policy)
            shutil.copy(built.database, folder / 'phm.duckdb')
            with duckdb.connect(str(folder / 'phm.duckdb')) as connection:
                measures = connection.sql('select measure from marts.dim_measure order by measure').fetchall()
                left_out = ', '.join(f"'{measure}'" for i, (measure,) in enumerate(measures) if i % 9)
                connection.execute(f'delete from marts.inequality_counts_by_group where measure in ({left_out})')
                connection.execute(f'delete from marts.indicator_counts where indicator in ({left_out})')
            runs[policy] = dbt_here(
                parsed.deepcopy(), 'run', '--select', 'models/disclosure_control', 'models/published',
                folder=folder, variables={'disclosure_policy': policy},
            )
            assert runs[policy].ok, runs[policy].output
        return runs[policy]

    return of


def read(run):
    """The published counts and the true ones, cells x measures, which are withheld, and how cells add up."""
    rows = run.rows(f"""
        with denominator as (from disclosure_control.disclosure_withheld where hidden = 'denominator'),
        numerator as (from disclosure_control.disclosure_withheld where hidden = 'numerator')
        select published.area_type, published.area_code, published.dimension, published.dimension_group, measure,
            published.denominator, published.numerator, published_denominator, published_numerator,
            denominator.name is not null, numerator.name is not null
        from published.published_inequality_metrics as published
        inner join marts.inequality_counts_by_group using ({CELL})
        left join denominator on (published.area_type, published.area_code, published.dimension, published.dimension_group)
            = (denominator.area_type, denominator.area_code, denominator.dimension, denominator.dimension_group)
            and denominator.name = if(measure_type = 'cohort', 'registered', measure)
        left join numerator on (published.area_type, published.area_code, published.dimension, published.dimension_group)
            = (numerator.area_type, numerator.area_code, numerator.dimension, numerator.dimension_group)
            and numerator.name = measure
        order by all
    """)
    areas, groups = sorted({row[:2] for row in rows}), sorted({row[2:4] for row in rows})
    measures = sorted({row[4] for row in rows})
    shape = len(areas) * len(groups), len(measures)
    counts = np.array([[np.nan if value is None else value for value in row[5:]] for row in rows], float)
    n, x, true_n, true_x, withheld_n, withheld_x = (counts[:, i].reshape(shape) for i in range(6))
    parents = {}
    for practice, pcn, place in run.rows('select distinct practice_code, pcn_code, place from marts.dim_patient'):
        parents['practice', practice] = 'pcn', pcn or 'unknown'
        parents['pcn', pcn or 'unknown'] = 'place', place or 'unknown'
        parents['place', place or 'unknown'] = 'icb', 'QGH'
    lines = Lines(areas, groups, {area: parent for area, parent in parents.items() if area in areas})
    assert not (lines.equations @ true_n).any() and not (lines.equations @ true_x).any()
    return SimpleNamespace(
        released=(n, x), true=(true_n, true_x), withheld=(withheld_n > 0, withheld_x > 0), truth=[true_n, true_x, true_n - true_x],
        lines=lines, measures=measures, cohorts=np.array([i for i, name in enumerate(measures) if name.startswith('cohort_')]),
    )


def attack(policy, tables):
    """What is known at the end, the counts of few patients, and which of them are recovered."""
    known = first_knowledge(policy, tables.released, tables.true, tables.withheld)
    known.propagate(tables.lines, tables.cohorts)
    for low, high, truth in zip(known.low, known.high, tables.truth):
        assert (low <= truth).all() and (truth <= high).all(), 'the attacker was misled'
    largest = 6 if policy == 'midpoint6' else 7
    secrets = [(truth >= 1) & (truth <= largest) for truth in tables.truth]
    # Beside a small denominator a complement is as unknown as that.
    secrets[2] &= ~secrets[0]
    return known, secrets, [secret & is_one_number(low, high) for secret, low, high in zip(secrets, known.low, known.high)]


@pytest.mark.parametrize('policy', POLICIES)
def test_no_hidden_count_is_recovered(published, policy, record_property):
    tables = read(published(policy))
    known, secrets, recovered = attack(policy, tables)
    for kind, count, secret, found in zip(KINDS, (*tables.released, None), secrets, recovered):
        hidden = '' if count is None else f'{np.isnan(count).sum():,} hidden'
        record_property('report', (
            policy, kind, f'{secret.size:,} published', hidden, f'{secret.sum():,} of few patients', f'{found.sum()} recovered'
        ))
    assert not any(found.any() for found in recovered)
    pairs = [(measure, family) for measure in range(len(tables.measures)) for family in FAMILIES]
    sample = pairs[::60 if policy == 'nhs_england' else 14]
    tried = 0
    for measure, family in sample:
        lines, cells = tables.lines.of_family(family)
        of_family = [secret[cells] for secret in secrets]
        tried += sum(int(secret[:, measure].sum()) for secret in of_family)
        pinned = linear_programme(lines, known.of_cells(cells), measure, of_family, seed=1)
        assert not pinned, (tables.measures[measure], family, pinned)
    assert tried > 300
    record_property('report', (policy, 'linear programming', '', '', f'{tried:,} of few patients', '0 recovered'))


@pytest.mark.parametrize('policy', ['nhs_england', 'exact_totals'])
def test_the_attack_recovers_what_is_hidden_for_its_size_alone(published, policy):
    """Without exchanges and what is withheld for them, the same attack tells thousands."""
    tables = read(published('nhs_england'))
    true_n, true_x = tables.true
    rounded = (lambda count: 5 * np.floor((count + 2) / 5)) if policy == 'nhs_england' else (lambda count: count)
    small = lambda count: (count >= 1) & (count <= 7)
    n = np.where(small(true_n), np.nan, rounded(true_n))
    x = np.where(np.isnan(n) | small(true_x) | small(true_n - true_x), np.nan, rounded(true_x))
    tables.released, tables.withheld = (n, x), (np.zeros(n.shape, bool), np.zeros(n.shape, bool))
    assert sum(found.sum() for found in attack(policy, tables)[2]) > 1000


def wilson(x, n, side):
    z = 1.959963984540054
    return (2 * x + z * z + side * z * np.sqrt(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))


def counts_that_fit(lower, upper, denominator):
    """Every (numerator, denominator) whose Wilson limits are these; denominator as released, within 2."""
    return [
        (x, n) for n in range(denominator - 2, denominator + 3) for x in range(n + 1)
        if abs(max(0, wilson(x, n, -1)) - lower) < 1e-9 and abs(min(1, wilson(x, n, 1)) - upper) < 1e-9
    ]


def test_limits_tell_the_released_counts_and_no_others(published):
    """From true counts they would tell the true ones."""
    rows = published('nhs_england').rows(f"""
        select published.numerator, published.denominator, published.proportion_lower, published.proportion_upper,
            published_numerator, published_denominator, metric.proportion_lower, metric.proportion_upper
        from published.published_inequality_metrics as published
        inner join marts.inequality_metrics as metric using ({CELL})
        inner join marts.inequality_counts_by_group as counted using ({CELL})
        where published.proportion is not null and published.denominator between 10 and 100 and published.numerator > 0
            and published_denominator = metric.denominator and published_numerator = metric.numerator
        order by all
    """)[::5]
    assert len(rows) > 20
    told = 0
    for numerator, denominator, lower, upper, true_numerator, true_denominator, true_lower, true_upper in rows:
        assert counts_that_fit(lower, upper, denominator) == [(numerator, denominator)]
        told += counts_that_fit(true_lower, true_upper, denominator) == [(true_numerator, true_denominator)]
    assert told == len(rows)


@pytest.mark.parametrize('policy', POLICIES)
def test_a_shown_count_is_what_the_policy_makes_of_those_without_an_opt_out(published, policy):
    tables = read(published(policy))
    rule = {
        'nhs_england': lambda count: 5 * np.floor((count + 2) / 5),
        'opensafely': lambda count: 5 * np.floor((count + 2) / 5),
        'midpoint6': lambda count: np.where(count > 0, 6 * np.floor((count + 5) / 6) - 3, 0),
        'exact_totals': lambda count: count,
    }[policy]
    n, x = tables.released
    small = lambda count: (count <= 7) & (count >= (0 if policy == 'opensafely' else 1)) & (policy != 'midpoint6')
    for count, true in [(n, tables.true[0]), (x, tables.true[1])]:
        shown = ~np.isnan(count)
        assert shown.sum() > 100
        assert (count[shown] == rule(true)[shown]).all()
        assert not small(true)[shown].any()
    assert not small(tables.truth[2])[~np.isnan(x)].any()
    assert not np.isnan(n)[~np.isnan(x)].any()


def test_nobody_with_a_national_data_opt_out_is_published(published):
    rows = published('exact_totals').rows("""
        select published.denominator, count(patient.patient_id)
        from published.published_inequality_metrics as published
        inner join marts.dim_patient as patient on published.area_type = 'icb' and published.as_of_date = patient.as_of_date
        where published.dimension = 'all' and published.measure_type = 'cohort'
            and patient.patient_id not in (select patient_id from population.national_data_opt_out_patient)
        group by published.measure, published.denominator
    """)
    assert rows and all(denominator == patients for denominator, patients in rows)


def test_nothing_leaves_a_warehouse_for_direct_care(direct_care):
    """It counts patients with a type 1 opt-out or a sensitive record."""
    assert direct_care.column('select count(*) from published.published_inequality_metrics') != [0]
    shown = 'count(denominator) + count(numerator)'
    assert direct_care.column(f'select {shown} from published.published_inequality_metrics') == [0]
    assert direct_care.column(f'select {shown} + count(excluded) from published.published_des_achievement') == [0]


def test_no_patient_is_published(built):
    columns = built.column("select column_name from information_schema.columns where table_schema = 'published'")
    assert columns and not {'patient_id', 'evidence', 'lsoa_code', 'date_of_birth'} & set(columns)


def test_another_policy_is_refused(compile_jinja):
    ok, message = compile_jinja("select {{ rounded_count('x') }}", disclosure_policy='opensafly')
    assert not ok
    assert "The variable disclosure_policy is 'opensafly': did you mean 'opensafely'?" in ' '.join(message.split())
