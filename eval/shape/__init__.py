"""Length, repetition, and how much of a summary is copied from its article."""
