"""What binds counts to each other: by definition, as anyone may read in dim_cohort and dim_indicator, or as figures suggest.

A count has a name: `d`, `n`, `c` or `e` and a measure, for its denominator, numerator, complement and excluded; `r` and a
condition for a register that an outsider may tell the attacker the size of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .figures import Grid, Published, shown

KINDS = 'd', 'n', 'c', 'e'
REGISTERS = 'learning_disability', 'atrial_fibrillation', 'hypertension'
# By definition. Measures that are not published are passed over.
KNOWN = """
n indicator_ld_learning_disability_register = r learning_disability
n indicator_cvd_02_hypertension_register = r hypertension
n cohort_atrial_fibrillation_at_risk_of_stroke <= r atrial_fibrillation
n cohort_ethnicity_not_recorded = c indicator_hi_02_ethnicity_recording
n indicator_cvd_02_hypertension_register = d indicator_core20plus5_hypertension_to_target
n cohort_hypertension_not_treated_to_target = c indicator_core20plus5_hypertension_to_target
n cohort_obesity_hypertension_no_health_check <= n indicator_cvd_02_hypertension_register
n cohort_raised_blood_pressure_without_hypertension <= c indicator_cvd_02_hypertension_register
n cohort_atrial_fibrillation_at_risk_of_stroke = d indicator_cvd_05_atrial_fibrillation_anticoagulant
n cohort_atrial_fibrillation_no_anticoagulant = c indicator_cvd_05_atrial_fibrillation_anticoagulant
n cohort_qrisk_20_or_more_no_statin = c indicator_cvd_03_qrisk_statin
n cohort_copd_no_pneumococcal_or_influenza_vaccination = c indicator_core20plus5_copd_vaccination
n cohort_cardiovascular_disease_ldl_above_target <= c indicator_core20plus5_lipids_to_target
n cohort_asthma_six_relievers_no_preventer <= n cohort_influenza_clinical_risk_group
d indicator_core20plus5_copd_vaccination <= n cohort_influenza_clinical_risk_group
n cohort_diabetes_core20_bmi_35_or_more <= n cohort_influenza_clinical_risk_group
n cohort_diabetes_hba1c_above_58_no_retinal_or_foot_check <= n cohort_influenza_clinical_risk_group
n cohort_chronic_kidney_disease_no_urine_albumin <= n cohort_influenza_clinical_risk_group
n cohort_bmi_40_or_more_no_influenza_vaccination <= n cohort_influenza_clinical_risk_group
n indicator_ld_learning_disability_register <= n cohort_influenza_clinical_risk_group
n cohort_learning_disability_health_check_eligible <= n indicator_ld_learning_disability_register
n cohort_learning_disability_no_influenza_vaccination <= n indicator_ld_learning_disability_register
n cohort_learning_disability_and_severe_mental_illness_no_influenza_vaccination <= n cohort_learning_disability_no_influenza_vaccination
n cohort_learning_disability_health_check_eligible = d indicator_hi_01_learning_disability_health_check + e indicator_hi_01_learning_disability_health_check
n cohort_learning_disability_health_check_eligible = d indicator_hi_03_learning_disability_health_check_and_ethnicity + e indicator_hi_03_learning_disability_health_check_and_ethnicity
n cohort_learning_disability_health_check_eligible = n cohort_learning_disability_no_health_check_or_plan + n indicator_hi_01_learning_disability_health_check
n indicator_hi_03_learning_disability_health_check_and_ethnicity <= n indicator_hi_01_learning_disability_health_check
e indicator_hi_01_learning_disability_health_check <= e indicator_hi_03_learning_disability_health_check_and_ethnicity
c indicator_smi_physical_health_check <= n cohort_severe_mental_illness_health_check_incomplete
n cohort_severe_mental_illness_health_check_incomplete <= d indicator_smi_physical_health_check
n cohort_influenza_eligible_aged_65_or_over = d indicator_vi_01_influenza_aged_65_or_over + e indicator_vi_01_influenza_aged_65_or_over
n cohort_influenza_eligible_at_risk_18_to_64 = d indicator_vi_02_influenza_at_risk_18_to_64 + e indicator_vi_02_influenza_at_risk_18_to_64
n cohort_influenza_eligible_aged_2_or_3 = d indicator_vi_03_influenza_aged_2_or_3 + e indicator_vi_03_influenza_aged_2_or_3
n cohort_influenza_eligible_not_vaccinated = c indicator_vi_01_influenza_aged_65_or_over + e indicator_vi_01_influenza_aged_65_or_over + c indicator_vi_02_influenza_at_risk_18_to_64 + e indicator_vi_02_influenza_at_risk_18_to_64 + c indicator_vi_03_influenza_aged_2_or_3 + e indicator_vi_03_influenza_aged_2_or_3
n cohort_severely_frail_housebound_no_influenza_vaccination <= n cohort_influenza_eligible_not_vaccinated
n cohort_pneumococcal_vaccination_due <= n cohort_influenza_eligible_aged_65_or_over
n cohort_respiratory_syncytial_virus_vaccination_due <= n cohort_influenza_eligible_aged_65_or_over
n cohort_polypharmacy_no_structured_medication_review <= n cohort_influenza_eligible_aged_65_or_over
n cohort_covid_19_eligible_not_vaccinated <= n cohort_covid_19_eligible
n cohort_aged_75_or_over_never_covid_vaccinated <= n cohort_covid_19_eligible_not_vaccinated
n cohort_nhs_health_check_due <= n cohort_nhs_health_check_eligible
n cohort_cervical_screening_overdue <= n cohort_cervical_screening_eligible
n cohort_smokers_with_copd_or_severe_mental_illness <= d indicator_core20plus5_smokers_offered_support
n cohort_cervical_screening_overdue_core20 = n cohort_cervical_screening_overdue where core20 is core20
n cohort_cervical_screening_overdue_core20 = none where core20 is not core20, unknown
n cohort_severe_mental_illness_core20_health_check_incomplete = n cohort_severe_mental_illness_health_check_incomplete where core20 is core20
n cohort_severe_mental_illness_core20_health_check_incomplete = none where core20 is not core20, unknown
n cohort_diabetes_core20_bmi_35_or_more = none where core20 is not core20, unknown
n cohort_ethnicity_not_recorded = none where ethnic_group is White, Mixed, Asian, Black, Other
n cohort_cervical_screening_eligible = none where sex is male, indeterminate, unknown
"""
# Whom a count is about by definition: from which age, and to which, in completed years.
AGES = {
    'n cohort_aged_5_without_two_mmr_vaccinations': (5, 5),
    'n cohort_aged_75_or_over_never_covid_vaccinated': (75, 150),
    'n cohort_cervical_screening_eligible': (25, 64),
    'n cohort_high_bmi_anxiety_depression_no_covid_vaccination': (18, 150),
    'n cohort_influenza_eligible_aged_2_or_3': (2, 4),
    'n cohort_influenza_eligible_aged_65_or_over': (64, 150),
    'n cohort_influenza_eligible_at_risk_18_to_64': (18, 64),
    'n cohort_learning_disability_health_check_eligible': (14, 150),
    'n cohort_nhs_health_check_eligible': (40, 74),
    'n cohort_pneumococcal_vaccination_due': (65, 150),
    'n cohort_polypharmacy_no_structured_medication_review': (65, 150),
    'n cohort_raised_blood_pressure_without_hypertension': (18, 150),
    'n cohort_respiratory_syncytial_virus_vaccination_due': (75, 82),
    'n cohort_severely_frail_housebound_no_influenza_vaccination': (65, 150),
    'n cohort_shingles_vaccination_due': (50, 150),
    'n cohort_smokers_with_copd_or_severe_mental_illness': (18, 150),
    'd indicator_core20plus5_asthma_children_relievers': (0, 17),
    'd indicator_core20plus5_diabetes_children_hba1c': (0, 17),
    'd indicator_core20plus5_smokers_offered_support': (15, 150),
    'd indicator_cvd_01_raised_blood_pressure_follow_up': (18, 150),
}
# Figures that fit by chance fit in a few cells; these are more than chance explains.
ENOUGH_CELLS, ENOUGH_VALUES = 30, 8


@dataclass(frozen=True)
class Relation:
    """One of `left` = or <= the sum of `right`, in the cells of these groups of a dimension, or in all cells."""

    left: str
    right: tuple[str, ...]
    is_equal: bool
    dimension: str | None = None
    groups: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.left, *self.right

    def cells(self, grid: Grid) -> np.ndarray:
        if self.dimension is None:
            return np.ones(grid.cells, bool)
        return grid.in_groups(lambda group: group[0] == self.dimension and group[1] in self.groups)


def parse(text: str) -> list[Relation]:
    """Relations, one a line: `left = right + right`, `left <= right`, `left = right where dimension is group, group`."""
    relations = []
    for line in filter(None, map(str.strip, text.splitlines())):
        formula, _, where = line.partition(' where ')
        dimension, _, groups = where.partition(' is ')
        left, sign, right = formula.partition(' <= ' if ' <= ' in formula else ' = ')
        names = () if right == 'none' else tuple(right.split(' + '))
        relations.append(Relation(left, names, sign == ' = ', dimension or None, tuple(groups.split(', ') if groups else ())))
    return relations


def by_age(grid: Grid) -> list[Relation]:
    """Age bands that a definition leaves no room for have nobody."""
    bands = [group for dimension, group in grid.groups if dimension == 'age_band' and group != 'unknown']

    def is_outside(band: str, lowest: int, highest: int) -> bool:
        first, _, last = band.rstrip('+').partition('-')
        return int(first) > highest or int(last or 150) < lowest

    relations = []
    for name, ages in AGES.items():
        outside = tuple(band for band in bands if is_outside(band, *ages))
        relations.append(Relation(name, (), True, 'age_band', outside))
    return relations


def of_measures(measures: Iterable[str]) -> list[Relation]:
    """Numerator and complement make up the denominator."""
    return [Relation(f'd {measure}', (f'n {measure}', f'c {measure}'), True) for measure in measures]


def by_definition(published: Published) -> list[Relation]:
    """All that definitions tell."""
    return [*parse(KNOWN), *by_age(published.grid), *of_measures(published.measures)]


def names(published: Published) -> list[str]:
    """All counts of which a reader hears, and the registers."""
    kinds = [(kind, i) for kind in KINDS for i in range(len(published.measures))]
    counts = [f'{kind} {published.measures[i]}' for kind, i in kinds if kind != 'e' or published.has_excluded[i]]
    return counts + [f'r {register}' for register in REGISTERS]


def figures(published: Published) -> dict[str, np.ndarray]:
    """The figures of each count; complements and registers have none of their own."""
    of_kind = {'d': published.denominators, 'n': published.numerators, 'e': published.excluded}
    at = {measure: i for i, measure in enumerate(published.measures)}
    return {name: of_kind[name[0]][:, at[name[2:]]] for name in names(published) if name[0] in of_kind}


def suggested(published: Published) -> list[Relation]:
    """All that figures suggest."""
    same = equal_counts(published)
    merged = {name for relation in same for name in relation.right}
    distinct = [name for name in figures(published) if name not in merged]
    return [*same, *sums(published, distinct), *parts(published, distinct)]


def equal_counts(published: Published) -> list[Relation]:
    """Two counts that have the same figure wherever both have one: the same patients, then.

    Two denominators that are hidden in the same cells too are as good as told to be one.
    """
    told = figures(published)
    by_figures: dict[bytes, list[str]] = {}
    for name, figure in told.items():
        if name[0] == 'd':
            by_figures.setdefault(figure.tobytes(), []).append(name)
    same = [(first, other) for first, *others in by_figures.values() for other in others]
    merged = {other for _, other in same}
    left = [name for name in told if name not in merged]
    for first, other in combinations(left, 2):
        both = ~np.isnan(told[first]) & ~np.isnan(told[other]) & (told[first] > 0)
        values = told[first][both]
        if len(values) >= ENOUGH_CELLS and (values == told[other][both]).all() and len(np.unique(values)) >= ENOUGH_VALUES:
            same.append((first, other))
    return [Relation(first, (other,), True) for first, other in same]


def sums(published: Published, distinct: list[str]) -> list[Relation]:
    """Counts that add up to a third within what noise and rounding allow, in more cells than chance explains."""
    told = figures(published)
    table = np.stack([told[name] for name in distinct])
    reach, found = published.policy.reach, []
    order = np.argsort(-np.isfinite(table).sum(axis=0), kind='stable')[:400]
    sample = table[:, order]
    for i, j in combinations(range(len(distinct)), 2):
        pair = sample[i] + sample[j]
        if np.isfinite(pair).sum() < ENOUGH_CELLS:
            continue
        gap = np.abs(sample - pair)
        fits = (np.isnan(gap) | (gap <= 3 * reach)).all(axis=1)
        for k in np.flatnonzero(fits & (np.isfinite(gap).sum(axis=1) >= ENOUGH_CELLS)):
            # The same must hold everywhere, and the smaller part must be more than the slack.
            gap = np.abs(table[k] - table[i] - table[j])
            smaller = np.minimum(table[i], table[j])[np.isfinite(gap)]
            if k not in (i, j) and (gap[np.isfinite(gap)] <= 3 * reach).all() and (smaller > 6 * reach + 1).sum() >= ENOUGH_VALUES:
                found.append(Relation(distinct[k], (distinct[i], distinct[j]), True))
    return found


def parts(published: Published, distinct: list[str]) -> list[Relation]:
    """Pairs of which one is nowhere more than the other, for all that figures say.

    Hints, no more: the referee strikes out those that are not so, as who reads definitions would (`Referee.confirmed`).
    """
    told = figures(published)
    bounds = {name: shown(np.nan_to_num(told[name]), published.policy) for name in distinct}
    found = []
    for part in distinct:
        for whole in distinct:
            both = ~np.isnan(told[part]) & ~np.isnan(told[whole])
            if part != whole and both.sum() >= ENOUGH_CELLS and (bounds[part][0] <= bounds[whole][1])[both].all():
                found.append(Relation(part, (whole,), False))
    return found
