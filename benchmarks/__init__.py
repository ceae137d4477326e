"""Benchmarks: mlgov beside a named peer, on the same files, in one run. Ratios are what counts."""
