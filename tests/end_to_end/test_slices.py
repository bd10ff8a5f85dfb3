"""Marts keep one slice per as-of date, and how they came to have it makes no difference."""

import shutil

import duckdb
import pytest
from conftest import dbt_here, say_it_holds

SLICED = ['dim_patient', 'cohort_membership', 'cohort_recall_list', 'cohort_attrition']
DIMENSIONS = ['dim_cohort', 'dim_indicator', 'dim_practice']
INEQUALITY = ['inequality_counts_by_group', 'inequality_metrics', 'inequality_gaps', 'funnel_limits']


@pytest.fixture
def rerun(parsed, tmp_path):
    """Copies a warehouse, changes it (SQL), and runs some models of the project on the copy, in this process.

    The copy says that it holds what they ask for: parts are refused otherwise (test_warehouse_state.py).
    """

    def run(start, *arguments, change=(), **options):
        if start.database.parent != tmp_path:
            shutil.copy(start.database, tmp_path / 'phm.duckdb')
        with duckdb.connect(str(tmp_path / 'phm.duckdb')) as connection:
            for statement in change:
                connection.execute(statement)
        asked = {'as_of_date': '2026-10-31', 'purpose': 'secondary_use'} | (options.get('variables') or {})
        say_it_holds(tmp_path / 'phm.duckdb', **asked)
        done = dbt_here(parsed.deepcopy(), 'run', *arguments, folder=tmp_path, **options)
        assert done.ok, done.output
        return done

    return run


def fingerprint(run, mart: str, where: str = 'true') -> list[tuple]:
    """Rows of a mart and a sum over all but their date: doubles to nine digits, for the order in which an engine adds
    numbers up shows in their last ones."""
    columns = run.rows(f"""
        select column_name, data_type from information_schema.columns
        where table_schema = 'marts' and table_name = '{mart}' and column_name != 'as_of_date' order by column_name
    """)
    shown = [f"printf('%.8e', {name} + 0)" if kind == 'DOUBLE' else name for name, kind in columns]
    return run.rows(f"""
        select count(*), sum(hash({', '.join(shown)})) from marts.{mart} where {where} having count(*) > 0
    """)


@pytest.mark.nightly
@pytest.mark.parametrize('mart', [*SLICED, *DIMENSIONS])
def test_a_second_date_adds_its_slice(built, year_before, mart):
    dates = year_before.column(f'select distinct as_of_date from marts.{mart} order by 1')
    assert [str(day) for day in dates] == ['2025-10-31', '2026-10-31']
    query = f"select * from marts.{mart} where as_of_date = date '2026-10-31' order by all"
    assert year_before.rows(query) == built.rows(query)


@pytest.mark.nightly
@pytest.mark.parametrize('mart', INEQUALITY)
def test_a_second_date_adds_its_slice_of_statistics(built, year_before, mart):
    dates = year_before.column(f'select distinct as_of_date from marts.{mart} order by 1')
    assert [str(day) for day in dates] == ['2025-10-31', '2026-10-31']
    assert fingerprint(year_before, mart, "as_of_date = date '2026-10-31'") == fingerprint(built, mart)
    assert fingerprint(year_before, mart, "as_of_date = date '2025-10-31'") != fingerprint(built, mart)


@pytest.mark.nightly
def test_running_a_date_again_replaces_its_slice_and_keeps_the_others(built, rerun):
    """Even when everything else is refreshed in full."""
    marts = [*SLICED, *INEQUALITY]
    again = rerun(built, '--full-refresh', '--select', 'marts', change=[
        f"insert into marts.{mart} select * replace (date '2025-10-31' as as_of_date) from marts.{mart}" for mart in marts
    ])
    for mart in marts:
        for date in ['2025-10-31', '2026-10-31']:
            assert fingerprint(again, mart, f"as_of_date = date '{date}'") == fingerprint(built, mart) != [], mart


def test_a_slice_that_becomes_empty_does_not_stay(built, rerun):
    """The same date again, after everyone has left."""
    run = rerun(
        built, '--select', 'cohorts', 'indicators', 'marts', change=['delete from population.registered_patient']
    )
    for mart in SLICED[:-1]:
        assert built.column(f'select count(*) from marts.{mart}') != [0]
        assert run.column(f'select count(*) from marts.{mart}') == [0]
    for mart in INEQUALITY:
        assert run.column(f'select count(*) from marts.{mart}') == [0]
    assert run.column('select max(patients) from marts.cohort_attrition') == [0]


@pytest.mark.nightly
def test_dates_in_any_order_with_repeats_give_the_same_slices(built, rerun):
    """With some of the models, on the concepts of the last build; benchmarks/published_copy.py does it with all."""
    orders = [['2026-08-31', '2026-09-30', '2026-10-31'], ['2026-09-30', '2026-10-31', '2026-08-31', '2026-09-30']]
    marts = ['dim_patient', 'indicator_status', 'indicator_counts', 'des_achievement']
    found = []
    for order in orders:
        run, change = built, [f'delete from marts.{mart}' for mart in marts]
        for date in order:
            run = rerun(
                run, '--select', 'models/population', 'models/indicators', 'marts.counting', *DIMENSIONS, 'dim_measure', *marts,
                variables={'as_of_date': date}, change=change
            )
            change = []
        found.append({
            (mart, date): fingerprint(run, mart, f"as_of_date = date '{date}'") for mart in marts for date in orders[0]
        })
        assert [str(day) for day in run.column('select distinct as_of_date from marts.dim_patient order by 1')] == orders[0]
    assert found[0] == found[1]
    assert len({str(slice) for slice in found[0].values()}) == 12, 'the dates would not show a fault'


def test_a_warehouse_of_before_dimensions_had_slices_gives_them_to_each_date(built, rerun):
    """As version 0.1.0 left it: a search that has been retired since keeps its words in the slices that it is in."""
    marts = ['inequality_metrics', 'dim_patient']
    run = rerun(built, '--select', *DIMENSIONS, 'dim_measure', change=[
        *(f"insert into marts.{mart} select * replace (date '2025-10-31' as as_of_date) from marts.{mart}" for mart in marts),
        *(f'alter table marts.{name} rename to of_{name}' for name in DIMENSIONS),
        'create table marts.dim_cohort as select * exclude (as_of_date, polarity) from marts.of_dim_cohort',
        'create table marts.dim_indicator as select * exclude (as_of_date) from marts.of_dim_indicator',
        'create table marts.dim_practice as select * exclude (as_of_date) from marts.of_dim_practice',
        "update marts.dim_cohort set cohort = 'cohort_retired' where cohort = 'cohort_carers_with_depression'",
        "update marts.inequality_metrics set measure = 'cohort_retired' "
        "where measure = 'cohort_carers_with_depression' and as_of_date = date '2025-10-31'",
    ])
    for name, key in [('dim_indicator', 'indicator'), ('dim_practice', 'practice_code')]:
        assert run.column(f'select count(*) from marts.{name}') == [2 * built.column(f'select count(*) from marts.{name}')[0]]
    query = 'select cohort, title, polarity, definition from marts.dim_cohort'
    assert run.rows(f"{query} where as_of_date = date '2026-10-31' order by 1") == built.rows(f'{query} order by 1')
    assert len(run.rows(f"{query} where as_of_date = date '2025-10-31'")) == len(built.rows(query))
    assert run.rows("select title, is_current from marts.dim_measure where measure = 'cohort_retired'") == [
        (built.column("select title from marts.dim_cohort where cohort = 'cohort_carers_with_depression'")[0], False)
    ]


def test_marts_alone_on_another_date_take_nothing_of_the_wrong_date(built, rerun):
    """Without the models to their left, which are of the date of the last build."""
    run = rerun(built, '--select', 'marts', variables={'as_of_date': '2026-09-30'})
    for mart in SLICED:
        query = f'select * from marts.{mart} order by all'
        assert run.rows(query) == built.rows(query)


def test_who_opts_out_leaves_the_earlier_slices_too(direct_care, rerun):
    shown = """
        select distinct as_of_date from marts.{mart}
        inner join staging.stg_patient using (patient_id)
        where type_1_opt_out or is_sensitive
    """
    after = rerun(
        direct_care, '--select', 'direct_care_only_patient', 'marts', variables={'as_of_date': '2025-10-31'}
    )
    for mart in SLICED[:-1]:
        assert direct_care.rows(shown.format(mart=mart)), f'{mart} would not show a fault'
        assert not after.rows(shown.format(mart=mart))


@pytest.mark.parametrize('value', ['2026-13-01', '2026-02-29', '1900-02-29', '31/10/2026', 'today'])
def test_a_date_that_is_none_is_refused(compile_jinja, value):
    ok, message = compile_jinja('select {{ as_of_date() }}', as_of_date=value)
    assert not ok
    assert f"the variable as_of_date is '{value}', which is not a date" in ' '.join(message.split())


@pytest.mark.nightly
def test_a_whole_build_of_a_year_before_passes_and_publishes(rebuild, tmp_path):
    run = rebuild('build', folder=tmp_path, variables={'as_of_date': '2025-10-31'})
    assert run.ok, run.output
    assert 'Publishing to' in run.output
