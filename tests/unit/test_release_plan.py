"""Whether what may leave is published anew: the ledger allows it or refuses it in a sentence."""

import pytest
from releases import Build, Release, enter, plan, read_ledger

OCTOBER = Release(
    series=1, as_of_date='2026-10-31', policy='opensafely', key='k1', counts='of October', is_demo=False, version='v1'
)


def planned(*ledger: Release, **asked):
    default = {
        'asked': 'true', 'has_readers': True, 'as_of_date': '2026-11-30', 'policy': 'opensafely', 'key': 'k1', 'is_demo': False,
        'purpose': 'secondary_use',
        'counts': {'2026-10-31': 'of October', '2026-11-30': 'of November'},
    }
    return plan(list(ledger), Build(**default | asked))


def test_the_first_build_releases_unasked_and_begins_a_series():
    made = planned(asked='false', has_readers=False)
    assert (made.is_made, made.is_kept, made.series, made.as_of_dates) == (True, False, 1, ('2026-11-30',))


def test_nobody_asked():
    made = planned(OCTOBER, asked='false')
    assert not made.is_made and made.is_kept
    assert made.words == (
        "Not released, since nobody asked (--vars '{release: true}'): what may leave is as it was (the last release is as of 2026-10-31)"
    )


def test_a_month_later_it_is_released_beside_the_earlier_ones():
    made = planned(OCTOBER)
    assert (made.is_made, made.series, made.as_of_dates) == (True, 1, ('2026-10-31', '2026-11-30'))


def test_an_earlier_date_whose_counts_are_others_now_is_left_out():
    assert planned(OCTOBER, counts={'2026-10-31': 'others', '2026-11-30': 'x'}).as_of_dates == ('2026-11-30',)


def test_a_date_that_was_never_released_is_left_out():
    counts = {'2026-10-31': 'of October', '2026-11-10': 'never asked for', '2026-11-30': 'of November'}
    assert planned(OCTOBER, counts=counts).as_of_dates == ('2026-10-31', '2026-11-30')


def test_the_same_date_with_the_same_counts_may_be_released_again(tmp_path):
    made = planned(OCTOBER, as_of_date='2026-10-31')
    assert made.is_made and made.series == 1
    enter(tmp_path, OCTOBER)
    enter(tmp_path, OCTOBER)
    assert read_ledger(tmp_path) == [OCTOBER]


REFUSED = {
    'same date and other counts': ({'as_of_date': '2026-10-31', 'counts': {'2026-10-31': 'others'}}, '2026-10-31 was released with other counts'),
    '20 days apart': ({'as_of_date': '2026-11-20', 'counts': {'2026-11-20': ''}}, 'the release of 2026-10-31 is 20 days from 2026-11-20'),
    '27 days before': ({'as_of_date': '2026-10-04', 'counts': {'2026-10-04': ''}}, 'the release of 2026-10-31 is 27 days from 2026-10-04'),
    'another policy': ({'policy': 'nhs_england'}, 'series 1 has another policy: go back to it, or begin a new series with'),
    'another key': ({'key': 'k2'}, 'series 1 has another key: go back to it, or begin a new series with'),
    'for direct care': ({'purpose': 'direct_care'}, 'a warehouse for direct care holds patients who have opted out'),
    'a new series 27 days later': ({'asked': 'new_series', 'as_of_date': '2026-11-27'}, 'the release of 2026-10-31 is 27 days from'),
    'a new series of the same date': ({'asked': 'new_series', 'as_of_date': '2026-10-31'}, 'the release of 2026-10-31 is 0 days from'),
    'a new series before the last': ({'asked': 'new_series', 'as_of_date': '2026-08-31'}, 'a new series begins 28 days or more after'),
}


@pytest.mark.parametrize('reason', REFUSED)
def test_a_release_is_refused_in_a_sentence(reason):
    asked, sentence = REFUSED[reason]
    made = planned(OCTOBER, **asked)
    assert not made.is_made and made.is_kept
    assert made.words.startswith(f'Not released, because {sentence}') and 'what may leave is as it was' in made.words


def test_28_days_are_enough():
    assert planned(OCTOBER, as_of_date='2026-11-28', counts={'2026-11-28': ''}).is_made


def test_a_new_series_takes_another_policy_and_key_and_leaves_the_old_dates_out():
    made = planned(OCTOBER, asked='new_series', policy='nhs_england', key='k2')
    assert (made.is_made, made.series, made.as_of_dates) == (True, 2, ('2026-11-30',))


def test_after_a_new_series_the_old_one_still_keeps_others_at_a_distance():
    newer = Release(series=2, as_of_date='2026-11-30', policy='opensafely', key='k2', counts='of November', is_demo=False, version='v2')
    made = planned(OCTOBER, newer, key='k2', as_of_date='2026-10-20', counts={'2026-10-20': ''})
    assert not made.is_made and '2026-10-31 is 11 days from' in made.words


def test_a_release_of_the_demo_and_a_real_one_do_not_concern_each_other():
    made = planned(OCTOBER, is_demo=True, key='demo', as_of_date='2026-10-31', has_readers=False)
    assert (made.is_made, made.series, made.as_of_dates) == (True, 1, ('2026-10-31',))


def test_if_the_last_release_is_gone_it_is_not_made_up_by_one_too_near():
    made = planned(OCTOBER, asked='false', has_readers=False, as_of_date='2026-11-20', counts={'2026-11-20': ''})
    assert not made.is_made and not made.is_kept
