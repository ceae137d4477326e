"""Checks of the repository as a whole: every document, references across kinds, changes against a base."""
