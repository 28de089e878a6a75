"""BERTScore by a local model."""
