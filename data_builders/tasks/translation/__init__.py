"""The sibling study on translation: Moses corpora in, rows in both directions out, split so that nothing leaks."""
