-- To try a search before it is a model: change the criteria, and see where patients drop out.
--   dbt show --select try_a_search --limit 20
-- The labels in full: dbt compile --select try_a_search, then
--   duckdb -readonly warehouse/phm.duckdb -f target/compiled/phm/analyses/try_a_search.sql
{{ attrition([
    ('Aged 18 or over',            aged(at_least=18)),
    ('Diabetes',                   has_condition('diabetes')),
    ('No BMI in 15 months',        none_of(recorded('bmi', within='15 months'))),
]) }}
