"""What a message is about, in which language, and why we think so. Pure: text in, values out."""
