"""中時新聞網: chinatimes.com."""

from data_builders.crawl.schema import Layout, Source

CHINATIMES = Source(
    name="chinatimes",
    home="https://www.chinatimes.com",
    hosts=("chinatimes.com",),
    article=r"/(?:realtimenews|newspapers|opinion|hottopic|amp)/(?:[^/]*?)(\d{14}-\d{6})",
    licence="© 中時新聞網, all rights reserved; for personal research only, not to be passed on",
    latest="https://www.chinatimes.com/realtimenews/?page={page}&chdtv",
    category="https://www.chinatimes.com/{category}/total?page={page}&chdtv",
    keyword="https://www.chinatimes.com/search/{keyword}?page={page}&chdtv",
    layouts=(
        Layout(
            body=".article-body, article.arttext, .arttext, .articlebox",
            title="h1.article-title, #h1, h1",
            time=".meta-info time, time[datetime], .reporter time",
            authors=".meta-info .author, .author, .reporter .rp_name, .reporter a[rel='author']",
            category=".breadcrumb li:last-child a, .breadcrumb-item:last-child a, .page_index a:last-of-type",
            tags=".article-hash-tag .hash-tag a, .article-hash-tag a, .a_k a",
            drop=".promote-word, .donate-form-wrapper, .article-hash-tag, .photo-container, .ad-box",
        ),
    ),
)
