-- Children aged 5 who have not had two MMR vaccinations.
select patient_id
from registered
where
    age = 5
    and patient_id not in (
        select patient_id from vaccination_entries(['mmr_vaccination'])
        group by patient_id
        having count(distinct event_date) >= 2
    )
