"""Systems beside each other, only like with like: refuse, resample, test, say who really differs.

python -m eval compare results/a/scores.json results/b/scores.json results/c/scores.json

read (files -> System) -> alike (refusals, or what falls out) -> paired (intervals, tests) -> Comparison
"""
