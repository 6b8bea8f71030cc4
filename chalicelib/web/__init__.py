"""HTTP: webhooks in, the staff API, the small public pages. Views parse, call one thing, answer."""
