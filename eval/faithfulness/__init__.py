"""What of a summary its article does not hold."""
