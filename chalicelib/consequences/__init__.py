"""What follows from what happened, subject by subject; `reactions` says from which event."""
