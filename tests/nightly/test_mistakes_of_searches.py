"""Would random searches notice a mistake? The oracle makes one at a time, and an example must show it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import register_oracle
import search_oracle
from random_searches import disagreements, warehouse_for
from register_oracle import CONDITIONS, shift


@pytest.fixture(scope='module')
def large_warehouse(compile_jinja):
    """Enough for every mistake to show."""
    return warehouse_for(400, compile_jinja)


def any_value(record, concept, within=None, **bounds):
    """Not the latest value: any."""
    return any(
        search_oracle.meets_bounds(entry.value, **bounds)
        and search_oracle.in_window(entry.event_date, record.as_of_date, within)
        for entry in search_oracle.measured(concept, record)
        if entry.value is not None
    )


def window_with_its_start(day, as_of_date, within=None, on_or_after=None, before=None):
    return IN_WINDOW(day, as_of_date, None, on_or_after, before) and (
        within is None or day >= shift(as_of_date, within, -1)
    )


def window_with_the_day_before_which(day, as_of_date, within=None, on_or_after=None, before=None):
    return IN_WINDOW(day, as_of_date, within, on_or_after) and (before is None or day <= date.fromisoformat(before))


def before_or_on_the_day(record, concept, anchor, within=None, since=None):
    return any(
        day <= first and (within is None or day >= shift(first, within, -1))
        for first in search_oracle.anchor_days(record, anchor, since)
        for day in search_oracle.entry_days(concept, record)
    )


def thirty_days_a_month(day, span, sign):
    number, unit = span.split()
    return day + sign * timedelta(days=int(number) * {'days': 1, 'weeks': 7, 'months': 30, 'years': 365}[unit])


def without(name, **changes):
    """The conditions with one rule left out."""
    return 'CONDITIONS', {**CONDITIONS, name: replace(CONDITIONS[name], **changes)}


IN_WINDOW = search_oracle.in_window
MISTAKES = {
    'any value instead of the latest': ('BLOCKS', {**search_oracle.BLOCKS, 'latest_value': any_value}),
    'resolution ignored': ('resolved_days', lambda rule, person: []),
    'window start included': ('in_window', window_with_its_start),
    'the higher event_id before the higher value': (
        'recency', lambda entry: (entry.event_date, not entry.is_second_choice, entry.event_id, entry.value)
    ),
    'before includes its date': ('in_window', window_with_the_day_before_which),
    'before includes the day of the anchor': ('BLOCKS', {**search_oracle.BLOCKS, 'before': before_or_on_the_day}),
    'a month is thirty days': ('shift', thirty_days_a_month),
    'events after the as-of date count': ('counts', lambda event, as_of_date: True),
    'a computed value may go before a recorded one': (
        'recency', lambda entry: (entry.event_date, entry.value, entry.event_id)
    ),
    'the age of a register ignored': without('diabetes', ages=(0, 150)),
    'the medicine beside a diagnosis ignored': without('asthma', and_medicine=None),
    'the medicine that stands for a diagnosis ignored': without('severe_mental_illness', or_medicine=None),
    'a review is a diagnosis': without('depression', new_episodes_only=False),
    'a pregnancy without end': without('pregnancy', lasts=None),
    'spirometry ignored': without('copd', further=register_oracle.any_diagnosis),
    'on a tie palliative care ends': without('palliative_care', holds_on_a_tie=False),
    'HbA1c in one unit': ('in_mmol_per_mol', lambda event: event.value),
    'no BMI from weight and height': ('weight_over_height_squared', lambda person: []),
    'blood pressure at home as in the clinic': ('HOME_ALLOWANCE', 0),
    'the first entry of an anchor whenever it was': (
        'anchor_days', lambda record, anchor, since: search_oracle.entry_days(anchor, record)[:1]
    ),
}  # fmt: skip


@pytest.mark.parametrize('mistake', MISTAKES)
def test_a_mistake_would_be_found(large_warehouse, monkeypatch, mistake):
    for module in (register_oracle, search_oracle):
        monkeypatch.setattr(module, *MISTAKES[mistake], raising=False)
    assert any(any(disagreements(example, large_warehouse)) for example in large_warehouse.histories + large_warehouse.examples)
