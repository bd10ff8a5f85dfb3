"""The variables of a command."""

from datetime import date


def test_the_next_command_gets_the_variables_of_this_one(compile_jinja):
    """A date on the command line has no quotation marks, and YAML makes a date of it."""
    dates = {'as_of_date': date(2026, 9, 30), 'extract_date': '2026-11-02'}
    assert compile_jinja('{{ given_variables() }}', **dates) == (
        True, ' --vars "{as_of_date: 2026-09-30, extract_date: 2026-11-02}"'
    )
    assert compile_jinja('{{ given_variables() }}') == (True, '')
