"""The card site: pages as a pure function of values, and a thin MkDocs plugin."""
