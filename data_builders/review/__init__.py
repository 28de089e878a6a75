"""People correct what a teacher wrote: drafts in, decisions kept in SQLite, V4's rationales out.

    python -m data_builders review serve --data data
    python -m data_builders review export --data data --out data/v4/rationales

    drafts + articles -> items -> desk (who sees what next) -> page -> store (each decision at once) -> export

It stands beside `teacher/`, not in it: it is a step of its own between `teach` and `build`, and it works the same
whichever teacher wrote the drafts. The page is our own, of plain files, served by starlette (which Gradio brings):
keys, a difference inside a line, and a strict content policy all go against the grain of Gradio's widgets.
"""
