"""Keep once: who wrote, which conversation it belongs to, and the entry on their timeline."""
