{{ blood_pressure_concept(reading_is=is_raised()) }}
