{{ cohort_search([
    ('Aged 65 or over',                      aged(at_least=65)),
    ('Severe frailty',                       any_of(latest_value('electronic_frailty_index', at_least=0.36), latest_is('frailty', 'severe'))),
    ('Housebound',                           latest_is('housebound_status', 'housebound')),
    ('No influenza vaccination this season', none_of(vaccinated('influenza', on_or_after=influenza_season_start()))),
]) }}
