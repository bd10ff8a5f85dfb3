{{ checked_events('observation') }}
