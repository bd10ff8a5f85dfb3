{{ blood_pressure_concept() }}
