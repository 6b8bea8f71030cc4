"""MEASURE: how the brand is doing, from counters kept while things happen (docs/metrics.md)."""
