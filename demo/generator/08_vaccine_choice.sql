-- Who was never vaccinated against COVID-19: unequal by age, deprivation and ethnic group, and shared with influenza.

create table covid_choice as
select
    patient_no,
    case
        when draw(patient_no, 'covid shares') < 0.6 then draw(patient_no, 'vaccine')
        else draw(patient_no, 'covid never')
    end < least(1, never_percent / 100
        * if(never_percent >= 90, 1, by_deprivation(2.2, imd_quintile) * never_vaccinated_ratio)) as never_vaccinated
from person
asof join parameter.covid_never on person.age >= covid_never.age_from;
