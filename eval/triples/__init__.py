"""Agreement of triples, exact and soft."""
