"""Corpus chrF by sacrebleu."""
