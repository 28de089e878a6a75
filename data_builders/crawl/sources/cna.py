"""中央社: cna.com.tw. The author is the editor who signs at the end, as the agency's pages count it, else the reporter.

The listing is a category's page (`aall` all, `aipl` politics, `ahel` life …), then the site's news map.
"""

from data_builders.crawl.schema import Layout, Source

CNA = Source(
    name="cna",
    home="https://www.cna.com.tw",
    hosts=("cna.com.tw",),
    article=r"/news/([A-Za-z]+)/(\d{9,}(?:-\d)?)\.aspx",
    same=r"\d{9,}",
    licence="© 中央社 CNA, all rights reserved; for personal research only, not to be passed on",
    latest="https://www.cna.com.tw/list/aall.aspx?page={page}",
    category="https://www.cna.com.tw/list/{category}.aspx?page={page}",
    keyword="https://www.cna.com.tw/search/hysearchws.aspx?q={keyword}&page={page}",
    layouts=(
        Layout(
            body=".centralContent .paragraph, article .paragraph",
            title="h1 span, h1",
            time=".updatetime span:first-child, .updatetime",
            category=".breadcrumb a:last-of-type",
            tags=".keywordTag a, .articlekeywordGroup a",
            drop=".moreArticle, .bottomBox, .articlekeywordGroup, .paragraph .paragraph, .SubscriptionInner",
            bylines=(
                r"[（(]編輯[：:]\s*([^）)]+)[）)]\s*\d{0,8}$",
                r"[（(]譯者[：:]\s*([^）)／]+)[^）)]*[）)]\s*\d{0,8}$",
            ),
        ),
        Layout(  # until about 2018
            body=".article_box .article_txt, .article_txt, .news_article, .box_2",
            title=".news_title h1, .news_title, h1",
            time=".update_times p, .update_times, .date",
            category=".nav_path a:last-of-type",
            tags=".tag a",
            bylines=(r"[（(]編輯[：:]\s*([^）)]+)[）)]\s*\d{0,8}$",),
        ),
    ),
)
