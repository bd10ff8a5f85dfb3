{{ blood_pressure_concept(reading_is='not ' ~ is_raised()) }}
