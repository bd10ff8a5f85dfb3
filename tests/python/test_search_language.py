"""The building blocks refuse what is wrong, in one sentence, before anything runs."""

from datetime import date

import pytest


@pytest.fixture
def compile_inline(compile_jinja):
    def run(jinja: str, **variables) -> tuple[bool, str]:
        ok, text = compile_jinja(jinja, **variables)
        return ok, ' '.join(text.split())

    return run


def search(block: str) -> str:
    return "{{ cohort_search([('A', " + block + ')]) }}'


@pytest.mark.parametrize(('jinja', 'sentence'), [
    ('{{ cohort_search([]) }}', 'cohort_search needs at least one criterion.'),
    ('{{ cohort_search([aged(at_least=18)]) }}', "Criterion 1 of cohort_search is not ('label', block)"),
    ("{{ cohort_search([('Adult', 'aged')]) }}", "Criterion 1 of cohort_search is not ('label', block)"),
    ("{{ cohort_search([('A', aged(18)), ('A', in_core20())]) }}", "cohort_search has two criteria with the label 'A'"),
    (search('aged()'), 'aged needs at_least, at_most or both, in years.'),
    (search("aged(at_least='18')"), "aged: at_least is '18', which is not a number"),
    (search('aged(at_most=true)'), "aged: at_most is 'True', which is not a number"),
    (search('aged(atleast=18)'), "takes no keyword argument 'atleast'"),
    (search("latest_value('bmi')"), "latest_value('bmi') has no bound: give at_least, above, at_most or below."),
    (search("latest_value('bmi', below='thirty')"), "latest_value: below is 'thirty', which is not a number"),
    (search("latest_value('bmi', at_least=30, within='5 yeers')"), "latest_value: within is '5 yeers', which is not a window"),
    (search("latest_value('bmi', at_least=30, within='0 days')"), "latest_value: within is '0 days', which is not a window"),
    (search("latest_value('bmi', at_least=30, within=12)"), "latest_value: within is '12', which is not a window"),
    (search("vaccinated('covid_19', doses='two')"), "vaccinated: the number of times is 'two', which is not a number"),
    (search("vaccinated('covid_19', doses=0)"), 'vaccinated: the number of times is 0, and must be a whole number from 1.'),
    (search("vaccinated('covid_19', on_or_after='1 September 2026')"), "vaccinated: on_or_after is '1 September 2026', which is not a date"),
    (search("has_condition('anxiety', before='2026-02-30')"), "has_condition: before is '2026-02-30', which is not a date"),
    (search("has_condition('anxeity')"), "depends on a node named 'condition_anxeity' which was not found"),
    (search("vaccinated('bmi')"), "depends on a node named 'vaccination_bmi' which was not found"),
    (search('any_of()'), "any_of has nothing in it: give it one or more blocks"),
    (search("none_of('anxiety')"), "none_of takes blocks, for example has_condition('anxiety'), and was given 'anxiety'."),
])
def test_a_wrong_search_is_refused(compile_inline, jinja, sentence):
    ok, message = compile_inline(jinja)
    assert not ok
    assert sentence in message
    assert 'Traceback' not in message


@pytest.mark.parametrize(('as_of_date', 'within', 'start'), [
    ('2026-10-31', '5 years', '2021-10-31'),
    ('2026-10-31', '1 day', '2026-10-30'),
    ('2026-10-31', '2 weeks', '2026-10-17'),
    ('2026-10-31', '1 month', '2026-09-30'),
    ('2026-10-31', '12 months', '2025-10-31'),
    ('2026-03-31', '1 month', '2026-02-28'),
    ('2024-03-31', '1 month', '2024-02-29'),
    ('2024-02-29', '1 year', '2023-02-28'),
    ('2024-02-29', '4 years', '2020-02-29'),
    ('2026-01-15', '1 month', '2025-12-15'),
    ('2026-01-15', '13 months', '2024-12-15'),
])
def test_a_window_starts_so_long_before_the_as_of_date(compile_inline, as_of_date, within, start):
    ok, text = compile_inline("{{ window_start('test', '" + within + "') }}", as_of_date=as_of_date)
    assert ok, text
    assert date.fromisoformat(text) == date.fromisoformat(start)


@pytest.mark.parametrize(('block', 'condition'), [
    ("has_condition('anxiety')", 'condition_anxiety.patient_id is not null'),
    ("has_condition('anxiety', within='1 year')",
     "coalesce(condition_anxiety.latest_date > cast('2025-10-31' as date), false)"),
    ("has_condition('anxiety', before='2020-01-01')",
     "coalesce(condition_anxiety.first_date < cast('2020-01-01' as date), false)"),
    ("vaccinated('covid_19', doses=2)", 'coalesce(len(vaccination_covid_19.event_dates) >= 2, false)'),
    ("vaccinated('covid_19', on_or_after='2025-09-01', before='2026-04-01')",
     "coalesce(len([day for day in vaccination_covid_19.event_dates if day >= cast('2025-09-01' as date) "
     "and day < cast('2026-04-01' as date)]) >= 1, false)"),
    ("latest_value('bmi', at_least=30, below=35)",
     'coalesce(observation_bmi.latest_value >= 30 and observation_bmi.latest_value < 35, false)'),
])
def test_a_block_compiles_to_sql_that_an_analyst_can_read(compile_inline, block, condition):
    ok, text = compile_inline(search(block))
    assert ok, text
    assert f'-- 1. A {condition} as meets_1,' in text
