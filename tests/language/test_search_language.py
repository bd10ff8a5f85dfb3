"""The building blocks refuse what is wrong, in one sentence, before anything runs."""

import re
from datetime import date

import pytest
from conftest import PROJECT


def search(block: str) -> str:
    return "{{ cohort_search([('A', " + block + ')]) }}'


@pytest.fixture
def compile_inline(compile_jinja):
    def run(jinja: str, **variables) -> tuple[bool, str]:
        ok, text = compile_jinja(jinja, **variables)
        return ok, ' '.join(text.split())

    return run


@pytest.mark.parametrize(('jinja', 'sentence'), [
    # the search
    ('{{ cohort_search([]) }}', 'cohort_search needs at least one criterion.'),
    ('{{ cohort_search([aged(at_least=18)]) }}', "Criterion 1 of cohort_search is not ('label', block)"),
    ("{{ cohort_search([('Adult', 'aged')]) }}", "Criterion 1 of cohort_search is not ('label', block)"),
    ("{{ cohort_search([('A', aged(18)), ('A', in_core20())]) }}", "cohort_search has two criteria with the label 'A'"),
    # an unknown concept, with the nearest name
    (search("has_condition('anxeity')"), "has_condition: there is no concept 'anxeity' among models/concepts/conditions; did you mean 'anxiety'?"),
    (search("has_condition('bmi')"), "has_condition: there is no concept 'bmi' among models/concepts/conditions; there are alcohol_use_disorder, anxiety,"),
    (search("latest_value('systolic_presure', at_least=140)"), "did you mean 'systolic_blood_pressure'?"),
    (search("latest_is('smoking', 'ex-smoker')"), "did you mean 'smoking_status'?"),
    (search("recorded('hypertention')"), "among models/concepts/conditions, observations, vaccinations, medications; did you mean 'hypertension'?"),
    (search("first_recorded('diabetis', within='1 year')"), "did you mean 'diabetes'?"),
    (search("vaccinated('covid19')"), "vaccinated: there is no concept 'covid19' among models/concepts/vaccinations; did you mean 'covid_19'?"),
    (search("prescribed('asthma_inhalers')"), "did you mean 'asthma_inhaler'?"),
    (search("after('bmi', 'diabetse')"), "after: there is no concept 'diabetse'"),
    (search("before('bmy', 'diabetes')"), "before: there is no concept 'bmy'"),
    (search("in_cohort('raised_blood_pressure')"), "did you mean 'raised_blood_pressure_without_hypertension'?"),
    # an unknown argument
    (search('aged(atleast=18)'), "aged has no argument atleast; did you mean 'at_least'?"),
    (search("sex_is(sex='female')"), 'sex_is has no argument sex'),
    (search("ethnic_group_is(group='Asian')"), 'ethnic_group_is has no argument group'),
    (search('deprivation_quintile_is(quintile=1)'), 'deprivation_quintile_is has no argument quintile'),
    (search('in_core20(yes=true)'), 'in_core20 has no argument yes'),
    (search('lives_rurally(yes=true)'), 'lives_rurally has no argument yes'),
    (search("has_condition('anxiety', since='2020-01-01')"), 'has_condition has no argument since; there are within, on_or_after, before, at_least_times.'),
    (search("recorded('bmi', withn='1 year')"), "recorded has no argument withn; did you mean 'within'?"),
    (search("first_recorded('bmi', on_or_befor='2020-01-01')"), 'first_recorded has no argument on_or_befor'),
    (search("vaccinated('covid_19', dose=2)"), "vaccinated has no argument dose; did you mean 'doses'?"),
    (search("prescribed('asthma_inhaler', times=2)"), "prescribed has no argument times; did you mean 'at_least_times'?"),
    (search("latest_value('bmi', atleast=30)"), "latest_value has no argument atleast; did you mean 'at_least'?"),
    (search('aged(at_least=65, at="2027-03-31")'), 'aged has no argument at'),
    (search('ethnicity_recorded(within="1 year")'), 'ethnicity_recorded has no argument within; '),
    (search("latest_blood_pressure(atleast='140/90')"), "latest_blood_pressure has no argument atleast; did you mean 'at_least'?"),
    (search("before('bmi', 'diabetes', sinc='2020-01-01')"), "before has no argument sinc; did you mean 'since'?"),
    (search("latest_is('smoking_status', 'ex-smoker', since='2020-01-01')"), 'latest_is has no argument since'),
    (search("after('bmi', 'diabetes', days=30)"), 'after has no argument days'),
    (search("in_cohort('aged_75_or_over_never_covid_vaccinated', on='2020-01-01')"), 'in_cohort has no argument on'),
    (search('any_of(aged(at_least=18), label=1)'), 'any_of has no argument label'),
    # a bad window
    (search("latest_value('bmi', at_least=30, within='5 yeers')"), "latest_value: within is '5 yeers', which is not a window"),
    (search("recorded('bmi', within='0 days')"), "recorded: within is '0 days', which is not a window"),
    (search("recorded('bmi', within=12)"), "recorded: within is '12', which is not a window"),
    (search("after('bmi', 'diabetes', within='half a year')"), "after: within is 'half a year', which is not a window"),
    (search("vaccinated('covid_19', on_or_after='1 September 2026')"), "vaccinated: on_or_after is '1 September 2026', which is not a date"),
    (search("has_condition('anxiety', before='2026-02-30')"), "has_condition: before is '2026-02-30', which is not a date"),
    (search("aged(at_least=65, on='31 March 2027')"), "aged: on is '31 March 2027', which is not a date"),
    (search("aged(at_least=65, on='2027-02-29')"), "aged: on is '2027-02-29', which is not a date"),
    (search("after('hba1c', 'diabetes', since='last year')"), "after: since is 'last year', which is not a date"),
    (search("before('hba1c', 'diabetes', since='2026-04-31')"), "before: since is '2026-04-31', which is not a date"),
    (search("latest_blood_pressure(at_least='140/90', within='2 yaers')"), "latest_blood_pressure: within is '2 yaers', which is not a window"),
    (search("first_recorded('diabetes')"), "first_recorded('diabetes') has no window: give within, on_or_after or before, or use recorded."),
    # a bound that is not a number, or none
    (search('aged()'), 'aged needs at_least, at_most or both, in years.'),
    (search("aged(at_least='18')"), "aged: at_least is '18', which is not a number"),
    (search('aged(at_most=true)'), "aged: at_most is 'True', which is not a number"),
    (search("aged(on='2027-03-31')"), 'aged needs at_least, at_most or both, in years.'),
    (search("latest_blood_pressure()"), 'latest_blood_pressure has no bound: give at_least, above, at_most or below.'),
    (search("latest_blood_pressure(within='1 year')"), 'latest_blood_pressure has no bound: give at_least, above, at_most or below.'),
    (search("latest_blood_pressure(at_least='140')"), "latest_blood_pressure was given '140', which is not a blood pressure: write for example '140/90'."),
    (search('latest_blood_pressure(below=140)'), "latest_blood_pressure was given '140', which is not a blood pressure"),
    (search("latest_blood_pressure(above='140 over 90')"), "latest_blood_pressure was given '140 over 90', which is not a blood pressure"),
    (search("latest_value('bmi')"), "latest_value('bmi') has no bound: give at_least, above, at_most or below."),
    (search("latest_value('bmi', below='thirty')"), "latest_value: below is 'thirty', which is not a number"),
    (search("vaccinated('covid_19', doses='two')"), "vaccinated: doses is 'two', which is not a whole number from 1."),
    (search("vaccinated('covid_19', doses=0)"), "vaccinated: doses is '0', which is not a whole number from 1."),
    (search("prescribed('asthma_inhaler', at_least_times=1.5)"), "prescribed: at_least_times is '1.5', which is not a whole number from 1."),
    (search("has_condition('anxiety', at_least_times=true)"), "has_condition: at_least_times is 'True', which is not a whole number from 1."),
    # an attribute that nobody has
    (search("sex_is('woman')"), "sex_is was given 'woman'"),
    (search("sex_is('unknown')"), "sex_is was given 'unknown'"),
    (search('sex_is()'), 'sex_is needs one or more of female, male, indeterminate.'),
    (search("ethnic_group_is('Asien')"), "ethnic_group_is was given 'Asien'; did you mean 'Asian'?"),
    (search('deprivation_quintile_is(6)'), "deprivation_quintile_is was given '6'; there are 1, 2, 3, 4, 5."),
    (search("deprivation_quintile_is('1')"), "deprivation_quintile_is was given '1'"),
    (search("latest_is('smoking_status', 'curent smoker')"), "latest_is('smoking_status') was given 'curent smoker'; did you mean 'current smoker'?"),
    # an empty or wrong combination
    (search('any_of()'), 'any_of has nothing in it: give it one or more blocks'),
    (search('all_of()'), 'all_of has nothing in it'),
    (search("none_of('anxiety')"), "none_of takes blocks, for example has_condition('anxiety'), and was given 'anxiety'."),
    (search('at_least_n_of(2)'), 'at_least_n_of has nothing in it'),
    (search("at_least_n_of(in_core20(), aged(18))"), "at_least_n_of: n is"),
    (search('at_least_n_of(3, in_core20(), aged(18))'), 'at_least_n_of asks for 3 of 2 blocks, which is never true.'),
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
    ("has_condition('anxiety')", 'coalesce(condition_anxiety.is_active, false)'),
    ("has_condition('anxiety', within='1 year')",
     "coalesce(condition_anxiety.is_active and condition_anxiety.latest_date > cast('2025-10-31' as date), false)"),
    ("has_condition('anxiety', before='2020-01-01')",
     "coalesce(len([day for day in condition_anxiety.active_dates if day < cast('2020-01-01' as date)]) >= 1, false)"),
    ("recorded('anxiety', before='2020-01-01')",
     "coalesce(condition_anxiety.first_date < cast('2020-01-01' as date), false)"),
    ("vaccinated('covid_19', doses=2)", 'coalesce(len(vaccination_covid_19.event_dates) >= 2, false)'),
    ("vaccinated('covid_19', on_or_after='2025-09-01', before='2026-04-01')",
     "coalesce(len([day for day in vaccination_covid_19.event_dates if day >= cast('2025-09-01' as date) "
     "and day < cast('2026-04-01' as date)]) >= 1, false)"),
    ("latest_value('bmi', at_least=30, below=35)",
     'coalesce(observation_bmi.latest_value >= 30 and observation_bmi.latest_value < 35, false)'),
    ('ethnicity_recorded()', 'registered_patient.ethnic_category is not null'),
    ("latest_blood_pressure(at_most='140/90')",
     'coalesce(((observation_blood_pressure.latest_value + case when observation_blood_pressure.latest_is_home then 5 else 0 end) <= 140 '
     'and (observation_blood_pressure.latest_diastolic + case when observation_blood_pressure.latest_is_home then 5 else 0 end) <= 90), false)'),
])
def test_a_block_compiles_to_sql_that_an_analyst_can_read(compile_inline, block, condition):
    ok, text = compile_inline(search(block))
    assert ok, text
    assert f'-- 1. A {condition} as meets_1,' in text


def test_the_guide_of_blocks_shows_blocks(compile_jinja):
    guide = (PROJECT / 'docs' / 'blocks.md').read_text(encoding='utf-8')
    table = '\n'.join(line for line in guide.splitlines() if line.startswith('| '))
    blocks = [block for block in re.findall(r'`(\w+\([^`]*\))`', table) if '…' not in block]
    assert len(blocks) > 20
    criteria = ', '.join(f"('{number}', {block})" for number, block in enumerate(blocks))
    ok, text = compile_jinja('{{ cohort_search([' + criteria + ']) }}')
    assert ok, text
