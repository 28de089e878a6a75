"""The verbs of `python -m data_builders`, a module for each group; `VERBS` is the order in which help lists them."""

from data_builders.verbs import articles, crawl, datasets, house, review, school, tasks, teach, zhtw

VERBS = (
    *crawl.VERBS,
    *articles.VERBS,
    *zhtw.VERBS,
    *teach.VERBS,
    *school.VERBS,
    *review.VERBS,
    *datasets.VERBS,
    *tasks.VERBS,
    *house.VERBS,
)
