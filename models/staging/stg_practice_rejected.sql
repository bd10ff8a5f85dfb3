{{ rejected_rows('practice') }}
