"""How adapters talk to forges: which requests are repeated, lists with pages, and values that must be in a reply."""
