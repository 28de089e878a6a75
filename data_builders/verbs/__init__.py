"""The verbs of `python -m data_builders`, a module for each group; `VERBS` is the order in which help lists them."""

from data_builders.verbs import articles, crawl, datasets, house, school, teach, zhtw

VERBS = (
    *crawl.VERBS,
    *articles.VERBS,
    *zhtw.VERBS,
    *teach.VERBS,
    *school.VERBS,
    *datasets.VERBS,
    *house.VERBS,
)
