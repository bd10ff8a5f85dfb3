-- Every random choice is a hash of the patient number and a word, so that the same seed always gives the same people.

-- A number from 0 up to 1. The text is hashed as one string: hash(n, 'a') and hash(n, 'b') would be related.
create macro draw(n, word) as
    (hash(concat(n, '-', word, '-', getvariable('seed'))) >> 11) / 9007199254740992e0;

-- The standard normal deviate at a given cumulative probability (Tukey's approximation).
create macro normal(u) as (pow(u, 0.135) - pow(1 - u, 0.135)) / 0.1975;

-- One of a list.
create macro pick(choices, u) as choices[1 + cast(floor(u * len(choices)) as integer)];

-- How a rate changes with deprivation: the ratio is the most against the least deprived fifth.
create macro by_deprivation(ratio, imd_quintile) as pow(ratio, (3 - coalesce(imd_quintile, 3)) / 4.0);

-- A day in a closed period, evenly, or more often towards its end as records grew denser over the years.
create macro day_between(first_day, last_day, u) as
    first_day + cast(floor((last_day - first_day + 1) * u) as integer);
create macro recent_day_between(first_day, last_day, u) as
    day_between(first_day, last_day, pow(u, 0.5));

create macro years_after(day, years) as day + cast(floor(years * 365.25) as integer);
create macro age_on(date_of_birth, day) as date_sub('year', date_of_birth, day);
