"""Corpus BLEU by sacrebleu."""
