"""Approvals: who approved which content under which rules, and how anybody with a clone can prove it."""
