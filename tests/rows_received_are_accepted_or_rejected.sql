-- Nothing is lost in silence: of every table, what came was accepted or turned away with a reason.
select
    table_name,
    rows_received,
    rows_accepted,
    rows_rejected
from {{ ref('data_quality_summary') }}
where
    rows_received != rows_accepted + rows_rejected
    or rows_rejected != missing + unparseable + duplicate + conflicting + unknown_patient + unknown_practice
    + before_birth + after_death + in_the_future + implausible_value
    + implausible_snomed_code
