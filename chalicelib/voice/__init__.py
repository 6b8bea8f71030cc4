"""HEAR: what customers are unhappy about, how often, in which words, and who (docs/voice.md)."""
