"""The report of several runs beside each other: one page, one Markdown file, scores.csv, results.json, plots.

    python -m eval report --run nano --run nano-lora --run study

    inputs (a run's files) -> scores -> compared · audit · leaks · examples -> render, plots

Only like with like: runs whose articles or references differ are refused with the reason before anything is written.
Nothing in the files depends on the clock: the same runs give the same bytes.
"""
