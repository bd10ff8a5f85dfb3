{{ rejected_rows('patient') }}
