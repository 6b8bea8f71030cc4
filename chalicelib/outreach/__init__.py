"""Reach: everything Temas sends, from plan to recorded outcome, through one door."""
