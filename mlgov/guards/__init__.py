"""Guards: what the forge should forbid, written out from the settings, and what weakens the proof where it does not."""
