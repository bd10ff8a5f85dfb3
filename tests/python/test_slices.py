"""Marts keep one slice per as-of date, and how they came to have it makes no difference."""

import shutil

import duckdb
import pytest
from conftest import DEMO, dbt

SLICED = ['dim_patient', 'cohort_flags', 'cohort_membership', 'cohort_recall_list', 'cohort_attrition']
INEQUALITY = ['inequality_counts_by_group', 'inequality_metrics', 'inequality_gaps', 'funnel_limits']


def rounded(run, mart: str, where: str = 'true') -> list[tuple]:
    """The rows of a mart of statistics: the order in which an engine adds numbers up shows in their last digits."""
    columns = run.rows(f"""
        select column_name, data_type from information_schema.columns
        where table_schema = 'marts' and table_name = '{mart}' order by ordinal_position
    """)
    shown = [f"printf('%.8e', {name} + 0)" if kind == 'DOUBLE' else name for name, kind in columns]
    return run.rows(f"select {', '.join(shown)} from marts.{mart} where {where} order by all")


@pytest.mark.parametrize('mart', SLICED)
def test_a_second_date_adds_its_slice(built, year_before, mart):
    dates = year_before.column(f'select distinct as_of_date from marts.{mart} order by 1')
    assert [str(day) for day in dates] == ['2025-10-31', '2026-10-31']
    query = f"select * from marts.{mart} where as_of_date = date '2026-10-31' order by all"
    assert year_before.rows(query) == built.rows(query)


@pytest.mark.parametrize('mart', INEQUALITY)
def test_a_second_date_adds_its_slice_of_statistics(built, year_before, mart):
    dates = year_before.column(f'select distinct as_of_date from marts.{mart} order by 1')
    assert [str(day) for day in dates] == ['2025-10-31', '2026-10-31']
    assert rounded(year_before, mart, "as_of_date = date '2026-10-31'") == rounded(built, mart)


def test_running_a_date_again_replaces_its_slice_and_keeps_the_others(rebuild, year_before):
    """Even when everything else is refreshed in full."""
    again = rebuild('run', '--full-refresh', start=year_before)
    assert again.ok, again.output
    for mart in SLICED:
        query = f'select * from marts.{mart} order by all'
        assert again.rows(query) == year_before.rows(query)
    for mart in INEQUALITY:
        assert again.rows(f'select as_of_date, count(*) from marts.{mart} group by all order by all') == year_before.rows(
            f'select as_of_date, count(*) from marts.{mart} group by all order by all'
        )


def test_a_slice_that_becomes_empty_does_not_stay(built, rebuild, tmp_path):
    """The same date again, with an extract in which everyone has left."""
    extract = shutil.copytree(DEMO, tmp_path / 'extract')
    duckdb.sql(f"""
        copy (
            select * replace ('2010-01-01' as registration_start_date, '2020-01-01' as registration_end_date)
            from read_csv('{DEMO}/patient.csv', all_varchar = true)
        ) to '{extract}/patient.csv'
    """)
    run = rebuild('run', extract=extract)
    assert run.ok, run.output
    for mart in SLICED[:-1]:
        assert built.column(f'select count(*) from marts.{mart}') != [0]
        assert run.column(f'select count(*) from marts.{mart}') == [0]
    for mart in INEQUALITY:
        assert run.column(f'select count(*) from marts.{mart}') == [0]
    assert run.column('select max(patients) from marts.cohort_attrition') == [0]


def test_a_warehouse_of_before_new_searches_takes_their_columns(built, tmp_path):
    database = shutil.copy(built.database, tmp_path / 'phm.duckdb')
    with duckdb.connect(str(database)) as connection:
        for search in ['cohort_carers_with_depression', 'cohort_cervical_screening_overdue']:
            connection.execute(f'alter table marts.cohort_flags drop column {search}')
    run = dbt('run', '--select', 'cohort_flags', folder=tmp_path)
    assert run.ok, run.output
    columns = ', '.join(built.column(
        "select column_name from information_schema.columns where table_name = 'cohort_flags' order by 1"
    ))
    query = f'select {columns} from marts.cohort_flags order by all'
    assert run.rows(query) == built.rows(query)


def test_marts_alone_on_another_date_take_nothing_of_the_wrong_date(built, rebuild):
    """Without the models to their left, which are of the date of the last build."""
    run = rebuild('run', '--select', 'marts', variables={'as_of_date': '2026-09-30'})
    assert run.ok, run.output
    for mart in SLICED:
        query = f'select * from marts.{mart} order by all'
        assert run.rows(query) == built.rows(query)


def test_who_opts_out_leaves_the_earlier_slices_too(rebuild, direct_care):
    shown = """
        select distinct as_of_date from marts.{mart}
        inner join staging.stg_patient using (patient_id)
        where type_1_opt_out or is_sensitive
    """
    after = rebuild('run', start=direct_care, variables={'as_of_date': '2025-10-31'})
    assert after.ok, after.output
    for mart in SLICED[:-1]:
        assert direct_care.rows(shown.format(mart=mart)), f'{mart} would not show a fault'
        assert not after.rows(shown.format(mart=mart))


@pytest.mark.parametrize('value', ['2026-13-01', '2026-02-29', '1900-02-29', '31/10/2026', 'today'])
def test_a_date_that_is_none_is_refused(compile_jinja, value):
    ok, message = compile_jinja('select {{ as_of_date() }}', as_of_date=value)
    assert not ok
    assert f"the variable as_of_date is '{value}', which is not a date" in ' '.join(message.split())
