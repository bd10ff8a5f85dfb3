{{ rejected_rows('observation') }}
