"""新頭殼: newtalk.tw."""

from data_builders.crawl.schema import Layout, Source

NEWTALK = Source(
    name="newtalk",
    home="https://newtalk.tw",
    hosts=("newtalk.tw",),
    article=r"^/news/(?:view/)?(\d{4}[-/]\d{2}[-/]\d{2}/\d+)",
    same=r"\d+$",
    licence="© 新頭殼 Newtalk, all rights reserved; for personal research only, not to be passed on",
    latest="https://newtalk.tw/news/summary/{day:%Y-%m-%d}",
    layouts=(
        Layout(
            body="[itemprop='articleBody'], .articleBody, #zoomText, .article_content, .news-content .content, "
            "#news_content",
            title="h1.content_title, .news-title h1, h1",
            time=".content_date, .publish_time, .news-date, time",
            authors=".content_reporter a, .content_reporter, .news_author, .reporter",
            category=".tag_for_item a, .breadcrumb a:last-of-type, .news-breadcrumb a:last-of-type",
            tags=".tag_group2 a, .tag_group a, .tags a",
            drop=".news_img, .news-img, .fb-like, .also_read, .video-container",
        ),
    ),
)
