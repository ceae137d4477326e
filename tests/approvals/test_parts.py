"""Parts of the verifier that no history can show alone."""
