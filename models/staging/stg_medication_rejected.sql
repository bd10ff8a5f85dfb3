{{ rejected_rows('medication') }}
