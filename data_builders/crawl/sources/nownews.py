"""NOWnews今日新聞: nownews.com."""

from data_builders.crawl.schema import Layout, Source

NOWNEWS = Source(
    name="nownews",
    home="https://www.nownews.com",
    hosts=("nownews.com",),
    article=r"^/news/(?:\d{8}/)?(\d+)",
    licence="© NOWnews今日新聞, all rights reserved; for personal research only, not to be passed on",
    latest="https://www.nownews.com/cat/breaking/page/{page}",
    category="https://www.nownews.com/cat/{category}/page/{page}",
    layouts=(
        Layout(
            body="#articleContent, .articleContent, .newsContainer .content, article .content",
            title="h1.article-title, h1.entry-title, h1",
            time=".time, .article-date, p.time, time",
            authors=".info .author a, .author a, .reporter",
            category=".breadcrumb a:last-of-type, .breadcrumb li:nth-last-child(2) a",
            tags=".tag a, .tags a, .tag-list a",
            drop=".image, .pic, .relativeArticles, .blk, .item, .title-h3",
        ),
    ),
)
