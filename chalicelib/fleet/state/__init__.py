"""What is known of a device: rules folded over its entries, the alerts and dates that follow."""
