"""A model's own predictions for our test rows: every row asked once, in any order, joined by id and never by luck.

python -m eval predict --rows data/stages/s5_test.jsonl --articles data/articles/test.jsonl \
    --model saves/nano/s5 --out results/nano/pairs.jsonl
"""
