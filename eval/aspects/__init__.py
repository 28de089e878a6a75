"""Agreement of essential aspects, exact and soft."""
