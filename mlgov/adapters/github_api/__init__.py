"""How the GitHub adapter talks to GitHub: requests that are repeated or not, lists with pages, and what replies mean."""
