"""What a device says: read, refused where it can't be trusted, put where it belongs."""
