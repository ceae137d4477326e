"""Revalidation: which approved documents have to be looked at again, why, and the issue that asks for it."""
