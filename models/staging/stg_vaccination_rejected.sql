{{ rejected_rows('vaccination') }}
