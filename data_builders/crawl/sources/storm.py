"""風傳媒: storm.mg."""

from data_builders.crawl.schema import Layout, Source

STORM = Source(
    name="storm",
    home="https://www.storm.mg",
    hosts=("storm.mg",),
    article=r"^/(?:article|lifestyle|localarticle)/(\d+)",
    licence="© 風傳媒, all rights reserved; for personal research only, not to be passed on",
    latest="https://www.storm.mg/articles/{page}",
    category="https://www.storm.mg/category/{category}/{page}",
    layouts=(
        Layout(
            body="#CMS_wrapper, .article_content_inner, [itemprop='articleBody']",
            title="#article_title, h1.article_title, h1",
            time="#info_time, .info_time, .article_info .date, time",
            authors=".info_author, #author_block .info_author, .article_info .author",
            category="#title_tags_wrapper a, .category_link, #category_tags_wrapper a:last-of-type, "
            ".breadcrumb a:last-of-type, .top_tags a",
            tags="#tags_wrapper .tag, .tags_wrapper a, .article_tags a",
            drop="blockquote, .notify_wordings, #premium_block, .typeform-share, "
            ".related_copy_content, .notice_txt, .dfp-ad, .photo_module, .media_source",
        ),
    ),
)
