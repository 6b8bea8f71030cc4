"""Find again what customers wrote: by words of the last weeks, without a server."""
