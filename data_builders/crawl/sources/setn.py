"""三立新聞網: setn.com; an article's number stands in its query."""

from data_builders.crawl.schema import Layout, Source

SETN = Source(
    name="setn",
    home="https://www.setn.com",
    hosts=("setn.com",),
    article=r"(?i)^/(?:[a-z]+/)?news(?:\.aspx\?(?:.*&)?newsid=|/)(\d+)",
    licence="© 三立新聞網, all rights reserved; for personal research only, not to be passed on",
    latest="https://www.setn.com/ViewAll.aspx?PageGroupID=0&p={page}",
    category="https://www.setn.com/ViewAll.aspx?PageGroupID={category}&p={page}",
    layouts=(
        Layout(
            body="#Content1, [itemprop='articleBody'], .page-text article, #ckuse",
            title="h1.news-title-3, .news-title-3, h1",
            time="time.page-date, .page-date, .newsTime, time",
            authors=".reporter, .author a, .author",
            category=".page-category a, .breadcrumb a:last-of-type, .page-title-text a",
            tags=".keyword a, .page-keyword a, .tags a",
            drop=".ad-mobile, .img-box, .fb-like, .article-recommend",
        ),
    ),
)
