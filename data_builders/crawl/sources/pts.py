"""公視新聞網: news.pts.org.tw. The listing is the page of the day's news, by number."""

from data_builders.crawl.schema import Layout, Source

PTS = Source(
    name="pts",
    home="https://news.pts.org.tw",
    hosts=("pts.org.tw",),
    article=r"^/(?:article/|detail\.php\?NEENO=)(\d+)",
    licence="© 公共電視文化事業基金會, all rights reserved; for personal research only, not to be passed on",
    latest="https://news.pts.org.tw/dailynews?page={page}",
    category="https://news.pts.org.tw/category/{category}?page={page}",
    keyword="https://news.pts.org.tw/search/{keyword}?page={page}",
    layouts=(
        Layout(
            body=".post-article, .article_content, .article-content, [itemprop='articleBody']",
            title="h1.article-title, h1",
            time=".article-time time, .news-info time, time, .date-detail",
            authors=".article_authors, .article-authors, .reporter-container, .repoter-container, .article-reporter",
            category=".breadcrumb li:last-child a, .breadcrumb-item:last-child a, .news-category a, "
            ".breadcrumb a:last-of-type",
            tags=".tag-list a, ul.tag-list li a, .article-tags a",
            drop=".articleimg, .article-video, .article-img, .news-relative, .img-text, .article_authors",
        ),
        Layout(  # until about 2020
            body=".article_content, .list-news-description, .sub-text",
            title=".article-title, h1, h2",
            time=".hidden-sm h2, .subtitle .maintype-wapper h2, .maintype-wapper h2",
            authors=".subtitle .reporter, .hidden-sm .repoter-container, .repoter-container",
            category=".sub-maintype, .mid_maintype",
            tags=".tag a",
        ),
    ),
)
