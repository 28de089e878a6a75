"""The sibling tasks judged: each by its own metrics, and every adapter on every task as a matrix.

python -m eval score --pairs results/nano/tasks/wmt/on_wmt/pairs.jsonl --task wmt
python -m eval matrix nano/tasks/wmt nano/tasks/squad2 nano/tasks/3in1
"""
