"""Routing: whose a conversation is, by when it must be answered, where it stands."""
