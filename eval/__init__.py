"""Predictions in, scores and reports out: `python -m eval <verb>`.

    score   PAIRS.jsonl                        -> ROUGE per pair and on average, every number with its signature
    join    generated_predictions.jsonl + rows -> PAIRS.jsonl, by checked order
    report  a run's data and saves             -> results.json, report.md, report.html

The name shadows a builtin only where the bare name is bound: write `from eval.rouge import …`, never the bare import.
"""
