"""Roles of git and roles of a cloud account: what differs, what brings the account to git, and doing it."""
