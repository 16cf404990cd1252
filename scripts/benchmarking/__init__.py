"""What scripts/benchmark.py is made of: data, measuring, contenders, page and picture."""
