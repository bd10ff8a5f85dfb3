"""The variables of a command."""

from datetime import date

import pytest


@pytest.mark.parametrize(('environment', 'variables', 'value'), [
    ({}, {}, 'QGH'), ({'PHM_ICB_CODE': 'QXX'}, {}, 'QXX'), ({'PHM_ICB_CODE': 'QXX'}, {'icb_code': 'QYY'}, 'QYY'),
])
def test_a_setting_is_of_the_command_or_else_of_the_environment(compile_jinja, monkeypatch, environment, variables, value):
    for name, given in environment.items():
        monkeypatch.setenv(name, given)
    assert compile_jinja("{{ setting('icb_code') }}", **variables) == (True, value)


def test_the_next_command_gets_the_variables_of_this_one(compile_jinja):
    """A date on the command line has no quotation marks, and YAML makes a date of it."""
    dates = {'as_of_date': date(2026, 9, 30), 'extract_date': '2026-11-02'}
    assert compile_jinja('{{ given_variables() }}', **dates) == (
        True, ' --vars "{as_of_date: 2026-09-30, extract_date: 2026-11-02}"'
    )
    assert compile_jinja('{{ given_variables() }}') == (True, '')
