"""Exact match and F1 of answers: the official SQuAD 2.0 script, and characters for Chinese."""
