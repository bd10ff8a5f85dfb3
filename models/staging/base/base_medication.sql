{{ checked_events('medication') }}
