"""Any other site: RSS or Atom, a sitemap, or a list of addresses, given with `--start`; pages are read generically."""

from data_builders.crawl.schema import Source

GENERIC = Source(
    name="generic",
    home="",
    hosts=(),
    article=".+",
    licence="unknown: ask the site; not to be passed on",
)
