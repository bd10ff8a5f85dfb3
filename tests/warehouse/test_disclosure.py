"""What is published for the demo extract, recomputed in plain Python from the method's text (docs: what may leave)."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import isclose

import duckdb
import pytest
from conftest import dbt_here
from disclosure_key import DEMO_KEY
from test_inequalities import BANDS, MEASURES, WEIGHT, areas_of, groups_of, listed, strata_of
from test_inequalities import standardised as inside_rate

POLICIES = ['opensafely', 'nhs_england']
ICB, EVERYONE = ('icb', 'QGH'), ('all', 'all')
# Of sixteen: the noise of a hash that begins with each digit.
NOISE = dict(zip('0123456789abcdef', [-2, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2], strict=True))


# --------------------------------------------------------------------------------------
# The method
# --------------------------------------------------------------------------------------

def hashed(purpose: str, value) -> str:
    return sha256(f'{purpose}|{DEMO_KEY}|{value}'.encode()).hexdigest()


def noise(value) -> int:
    return NOISE[hashed('noise', value)[0]]


@dataclass
class Cell:
    """Patients that are counted together: how many, and the sum of their record keys modulo 2^64."""

    count: int = 0
    key: int = 0

    def add(self, record_key: int) -> None:
        self.count, self.key = self.count + 1, (self.key + record_key) % 2 ** 64


def figure(cell: Cell) -> int | None:
    if cell.count <= 7:
        return None
    rounded = 5 * round((cell.count + noise(cell.key)) / 5)
    # A 9 is always shown: a shown 8 within a hidden one would tell of one patient.
    return max(rounded, 10) if cell.count >= 9 else rounded if rounded >= 10 else None


class Oracle:
    """Every figure of one measure, under a policy."""

    def __init__(self, policy, measure, denominators, numerators):
        self.measure, self.policy, self.denominators, self.numerators = measure, policy, denominators, numerators
        self.share = 0
        self.share = (self.numerator(ICB, EVERYONE) or 0) / (self.denominator(ICB, EVERYONE) or 1)
        # What is asked for every cell is worked out once.
        self.denominator, self.numerator = cache(self.denominator), cache(self.numerator)

    def is_zero_shown(self, area, group, kind) -> bool:
        name = 'registered' if kind == 'denominator' and self.measure.startswith('cohort_') else self.measure
        text = '|'.join([name, kind, str(self.denominators[area, group, None].key), *area, *group])
        return self.policy == 'nhs_england' and noise(text) not in (1, 2)

    def denominator(self, area, group, stratum=None) -> int | None:
        cell = self.denominators[area, group, stratum]
        if not cell.count and not stratum:
            return 0 if self.is_zero_shown(area, group, 'denominator') else None
        return figure(cell)

    def numerator(self, area, group, stratum=None) -> int | None:
        denominator, cell = self.denominators[area, group, stratum], self.numerators[area, group, stratum]
        if not self.denominator(area, group, stratum):
            return None
        if not cell.count:
            # The ICB has none, though 20 or more would be expected from its share.
            is_structural = not self.numerators[ICB, group, stratum].count and (
                (self.denominator(ICB, group, stratum) or 0) * self.share >= 20
            )
            return 0 if is_structural or not stratum and self.is_zero_shown(area, group, 'numerator') else None
        rest = Cell(denominator.count - cell.count, (denominator.key - cell.key) % 2 ** 64)
        return figure(cell) if figure(rest) else None

    def rate(self, area, group):
        """The standardised rate and its limits, from the shown counts of strata of age and sex."""
        of_cell = self.numerator(area, group)
        total = events = rate = variance = known = 0
        for stratum in strata_of(*group):
            of_icb = self.denominator(ICB, EVERYONE, stratum)
            if not of_icb:
                continue
            weight = WEIGHT[stratum[0]]
            total += weight
            found_in_icb = self.numerator(ICB, EVERYONE, stratum)
            known += weight * (found_in_icb is not None)
            found = self.numerator(area, group, stratum)
            if found:
                patients = self.denominator(area, group, stratum)
                events += found
                rate += weight * found / patients
                variance += weight ** 2 * found / patients ** 2
            else:
                rate += weight * (found_in_icb or 0) / of_icb
        if not of_cell or events < 0.9 * of_cell or known < 0.9 * total:
            return [None] * 3
        # The same limits as inside, around a rate of which the hidden strata are a fixed part.
        _, lower, upper = inside_rate([(1, events, 1)])
        spread = (variance / events) ** 0.5
        return [100000 * rate / total] + [
            100000 * (rate + spread * (limit / 100000 - events)) / total for limit in (lower, upper)
        ]


# --------------------------------------------------------------------------------------
# The demo
# --------------------------------------------------------------------------------------

@pytest.fixture(scope='module')
def published(built, parsed, tmp_path_factory):
    """The warehouse under a policy: of the default as it was built."""
    runs = {'opensafely': built}

    def of(policy):
        if policy not in runs:
            folder = tmp_path_factory.mktemp(policy)
            shutil.copy(built.database, folder / 'phm.duckdb')
            runs[policy] = dbt_here(
                parsed.deepcopy(), 'build', '--exclude-resource-type', 'unit_test', '--select', 'models/disclosure_control',
                'models/published', folder=folder, variables={'disclosure_policy': policy},
            )
            assert runs[policy].ok, runs[policy].output
        return runs[policy]

    return of


@pytest.fixture(scope='module')
def cells(built):
    """Of each measure the cells of its denominator and numerator: groups, and strata of age and sex, of each area."""
    names = ['patient_id', 'age', 'sex', 'ethnic_group', 'imd_decile', 'rural_urban', 'practice_code', 'pcn_code', 'place']
    opted_out = set(built.column('select patient_id from staging.base_patient where national_data_opt_out'))
    rows = [dict(zip(names, row)) for row in built.rows(f"select {', '.join(names)} from marts.dim_patient")]
    patients = {row['patient_id']: row for row in rows if row['patient_id'] not in opted_out}
    assert len(patients) < len(rows)
    keys = {patient: int(hashed('record key', patient)[:16], 16) for patient in patients}
    placed = {patient: [(area, group) for area in areas_of(row) for group in groups_of(row)] for patient, row in patients.items()}
    stratum = {patient: (BANDS[min(row['age'], 90) // 5], row['sex']) for patient, row in patients.items()}

    def of(ids) -> dict:
        result = defaultdict(Cell)
        for patient in set(ids) & set(patients):
            for area, group in placed[patient]:
                result[area, group, None].add(keys[patient])
                result[area, group, stratum[patient]].add(keys[patient])
        return result

    everyone, result = of(patients), {}
    for measure in MEASURES:
        if measure.startswith('cohort_'):
            result[measure] = everyone, of(built.column(f"select patient_id from marts.cohort_membership where cohort = '{measure}'"))
        else:
            status = built.rows(f"select patient_id, status from marts.indicator_status where indicator = '{measure}'")
            result[measure] = (
                of(patient for patient, word in status if word != 'excluded'),
                of(patient for patient, word in status if word == 'achieved'),
            )
    return result


@pytest.mark.parametrize('policy', POLICIES)
def test_every_figure_is_that_of_the_method(published, cells, policy):
    rows = published(policy).rows(f"""
        select measure, area_type, area_code, dimension, dimension_group, denominator, numerator,
            standardised_rate, standardised_rate_lower, standardised_rate_upper
        from published.published_inequality_metrics where measure in ({listed(MEASURES)})
    """)
    oracles = {measure: Oracle(policy, measure, *of_measure) for measure, of_measure in cells.items()}
    seen = Counter()
    for measure, area_type, area_code, dimension, group, denominator, numerator, *rates in rows:
        oracle = oracles[measure]
        cell = (area_type, area_code), (dimension, group)
        expected = oracle.denominator(*cell), oracle.numerator(*cell), *oracle.rate(*cell)
        if dimension == 'deprivation_decile' and area_type in ('pcn', 'practice'):
            expected = [None] * 5
        assert (denominator, numerator) == tuple(expected[:2]), (measure, cell)
        for found, own in zip(rates, expected[2:], strict=True):
            # A half may be rounded either way.
            assert found == own if own is None else isclose(found, own, abs_tol=0.500001), (measure, cell, rates, expected)
        seen.update(denominator=denominator is not None, numerator=bool(numerator), zero=numerator == 0, rate=rates[0] is not None)
    assert len(rows) > 10000 and min(seen.values()) > 30 and len(seen) == 4, seen


def test_noise_has_its_weights_and_values(compile_jinja):
    """Value by value, and so often each that chance explains the difference (chi-square, four degrees of freedom, 1 in 1000)."""
    ok, expression = compile_jinja("{{ count_noise('key') }}")
    assert ok, expression
    with duckdb.connect() as connection:
        connection.create_function('phm_disclosure_key', lambda: DEMO_KEY, [], str)
        found = connection.sql(f'select key, {expression} from range(16000) as keys(key)').fetchall()
    assert all(value == noise(key) for key, value in found)
    counts = Counter(value for _, value in found)
    expected = {-2: 1000, -1: 4000, 0: 6000, 1: 4000, 2: 1000}
    assert sum((counts[value] - count) ** 2 / count for value, count in expected.items()) < 18.47


@pytest.mark.parametrize('policy', POLICIES)
def test_the_same_patients_have_the_same_figure_everywhere(published, policy):
    """In whatever measure, area and group they are counted; and others with as many have another as often as not."""
    rows = published(policy).rows("""
        with figure as (
            unpivot (
                select measure, measure_type, area_type, area_code, dimension, dimension_group, denominator, numerator
                from published.published_inequality_metrics
            ) on denominator, numerator into name kind value figure
        )
        select cell.cell_key, cell.patients, list(distinct figure.figure), count(*)
        from figure
        inner join counting.counted_area using (area_type, area_code)
        inner join counting.counted_group using (dimension, dimension_group)
        inner join disclosure_control.disclosure_cell_key as cell
            on counted_area.area_number = cell.area_number and counted_group.group_number = cell.group_number
            and cell.age_band_number = 0 and figure.kind = cell.kind
            and cell.measure = if(figure.kind = 'denominator' and measure_type = 'cohort', 'registered', figure.measure)
        group by all
    """)
    assert all(len(figures) == 1 for _, _, figures, _ in rows)
    assert sum(cells > 1 for *_, cells in rows) > 1000
    of_size = defaultdict(set)
    for _, patients, (figure_,), _ in rows:
        of_size[patients].add(figure_)
    assert sum(len(figures) > 1 for figures in of_size.values()) > len(of_size) / 4


def wilson(x, n, side):
    z = 1.959963984540054
    return (2 * x + z * z + side * z * (z * z + 4 * x * (1 - x / n)) ** 0.5) / (2 * (n + z * z))


def test_limits_tell_the_released_counts_and_no_others(published):
    """Computed from true counts they would tell the true ones."""
    rows = published('opensafely').rows("""
        select numerator, denominator, proportion_lower, proportion_upper from published.published_inequality_metrics
        where proportion is not null and denominator between 10 and 100 and numerator > 0
    """)
    assert len(rows) > 100
    for numerator, denominator, lower, upper in rows:
        assert isclose(wilson(numerator, denominator, -1), lower) and isclose(wilson(numerator, denominator, 1), upper)


def test_nothing_leaves_a_warehouse_for_direct_care(direct_care):
    """It counts patients with a type 1 opt-out or a sensitive record."""
    assert direct_care.column('select count(*) from published.published_inequality_metrics') != [0]
    shown = 'count(denominator) + count(numerator)'
    assert direct_care.column(f'select {shown} + count(standardised_rate) from published.published_inequality_metrics') == [0]
    assert direct_care.column(f'select {shown} + count(excluded) from published.published_des_achievement') == [0]


def test_no_patient_and_no_key_is_published(built):
    columns = built.rows("select table_schema, column_name from information_schema.columns")
    found = {schema: {column for of, column in columns if of == schema} for schema in ('published', 'marts')}
    assert not {'patient_id', 'patient_number', 'evidence', 'lsoa_code', 'date_of_birth'} & found['published']
    assert not {'record_key', 'cell_key'} & (found['published'] | found['marts'])


@pytest.mark.parametrize('policy, sentence', [
    ('opensafly', "The variable disclosure_policy is 'opensafly': did you mean 'opensafely'?"),
    ('exact_totals', "The variable disclosure_policy is 'exact_totals', which is refused because exact counts of several measures, "
                     "compared with each other, tell small ones: give 'opensafely' or 'nhs_england'."),
    ('midpoint6', "The variable disclosure_policy is 'midpoint6', which is refused because without noise, counts of several "
                  "measures, compared with each other, tell small ones: give 'opensafely' or 'nhs_england'."),
])
def test_another_policy_is_refused(compile_jinja, policy, sentence):
    ok, message = compile_jinja('select {{ disclosure_policy() }}', disclosure_policy=policy)
    assert not ok
    assert sentence in ' '.join(message.split())
