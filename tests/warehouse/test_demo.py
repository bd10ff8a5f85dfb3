"""The demo looks like the two counties."""

import pytest


@pytest.mark.parametrize(('what', 'query', 'lowest', 'highest'), [
    ('networks', 'select count(distinct pcn_code) from marts.dim_practice', 15, 15),
    ('practices', 'select count(*) from marts.dim_practice', 83, 83),
    ('registered', 'select count(*) from marts.dim_patient', 4500, 5000),
    ('% aged 65 or over', 'select 100 * avg(cast(age >= 65 as int)) from marts.dim_patient', 22, 27),
    ('% in Core20', 'select 100 * avg(cast(coalesce(is_core20, false) as int)) from marts.dim_patient', 8, 16),
    ('% White', "select 100 * avg(cast(ethnic_group = 'White' as int)) from marts.dim_patient", 80, 92),
    ('% ethnic group unknown', "select 100 * avg(cast(ethnic_group = 'unknown' as int)) from marts.dim_patient", 4, 12),
    ('% LSOA unknown', 'select 100 * avg(cast(imd_decile is null as int)) from marts.dim_patient', 0.5, 4),
    ('% hypertension', 'select 100 * avg(cast(coalesce(h.is_active, false) as int)) from population.registered_patient left join concepts.condition_hypertension as h using (patient_number)', 13, 18),
    ('% depression', 'select 100 * avg(cast(coalesce(d.is_active, false) as int)) from population.registered_patient left join concepts.condition_depression as d using (patient_number) where age >= 18', 8, 15),
    ('% diabetes', 'select 100 * avg(cast(coalesce(d.is_active, false) as int)) from population.registered_patient left join concepts.condition_diabetes as d using (patient_number) where age >= 17', 6, 11),
    ('% adults never vaccinated', 'select 100 * avg(cast(v.patient_number is null as int)) from population.registered_patient left join concepts.vaccination_covid_19 as v using (patient_number) where age >= 18', 13, 23),
])
def test_the_population_is_a_realistic_one(built, what, query, lowest, highest):
    assert lowest <= built.column(query)[0] <= highest, what


def test_uptake_falls_with_deprivation(built):
    uptake = built.column("""
        select avg(cast(vaccination.patient_number is not null as int))
        from population.registered_patient
        left join concepts.vaccination_covid_19 as vaccination using (patient_number)
        where age >= 18 and imd_quintile in (1, 5)
        group by imd_quintile
        order by imd_quintile
    """)
    assert uptake[0] < uptake[1] - 0.05
