{{ checked_events('vaccination') }}
