"""Trains the example models, and writes their evidence, cards, baselines and production traffic."""
