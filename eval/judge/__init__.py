"""A model as judge: the 0-20 rubric, asked through a ledger, read strictly, beside anchors that say what it is worth.

python -m eval judge --pairs pairs.jsonl --teacher MODEL --base-url URL --out judge.json
"""
