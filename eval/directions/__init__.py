"""Translations by direction: BLEU of each, and the Chinese of those into Chinese."""
