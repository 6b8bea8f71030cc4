"""`python -m tests.bench`: measured side by side with a floor, written into docs/benchmarks.md."""
