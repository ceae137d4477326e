"""How the GitHub adapter talks to GitHub: which requests are repeated, lists with pages, and what replies mean."""
