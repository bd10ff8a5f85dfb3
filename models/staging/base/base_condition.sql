{{ checked_events('condition') }}
