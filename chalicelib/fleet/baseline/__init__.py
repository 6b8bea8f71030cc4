"""What is usual on a device, learnt as it reports; and how far from it a reading is."""
