"""Find again what customers and staff wrote, orders and customers: by words, without a server."""
