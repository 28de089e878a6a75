"""A run's report: results.json for programs, report.md for a text view, report.html to read and show.

    python -m eval report --run nano --data data --saves saves/nano --out results/nano

    inputs -> systems (score tables) · losses · funnel · examples -> render

Nothing in the files depends on the clock or the machine: the same run gives the same bytes.
"""
