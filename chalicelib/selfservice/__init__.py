"""Self-service: articles, finding the one that answers a question, and knowing when a person has
to. Imports nothing."""
