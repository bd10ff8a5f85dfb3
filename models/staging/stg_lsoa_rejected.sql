{{ rejected_rows('lsoa') }}
