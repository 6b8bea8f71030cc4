"""Many devices, one trouble: alerts gathered, counted, ended."""
