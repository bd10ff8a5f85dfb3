{{ rejected_rows('condition') }}
