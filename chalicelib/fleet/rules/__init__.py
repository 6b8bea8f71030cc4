"""What a brand wants to hear of: conditions, rules made of them, and which hold for a device."""
