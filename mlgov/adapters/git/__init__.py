"""How the adapters talk to git: running it, reading its objects, index and work tree, moving a branch."""
