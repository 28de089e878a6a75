"""TVBS新聞網: news.tvbs.com.tw; paragraphs are parted by line breaks."""

from data_builders.crawl.schema import Layout, Source

TVBS = Source(
    name="tvbs",
    home="https://news.tvbs.com.tw",
    hosts=("tvbs.com.tw",),
    article=r"^/([a-z-]+/\d+)",
    same=r"\d+$",
    licence="© TVBS新聞網, all rights reserved; for personal research only, not to be passed on",
    latest="https://news.tvbs.com.tw/realtime/news/{day:%Y-%m-%d}",
    category="https://news.tvbs.com.tw/realtime/{category}/{day:%Y-%m-%d}",
    layouts=(
        Layout(
            body="#news_detail_div, .article_content, .newsdetail_content .contxt, [itemprop='articleBody']",
            title="h1.title, .title_box h1, .newsdetail_title h1, h1",
            time=".author, .icon_time, .time, time",
            authors=".author a, .newsdetail_title h4, .author",
            category=".article_breadcrumb a:last-of-type, .breadcrumb a:last-of-type, .crumb a:last-of-type",
            tags=".article_keyword a, .adWords a, .tag a",
            drop="div[align='center'], .endtext, .img, .author_box, #ads_, .guangxuan, .recent_view, "
            "[data-desc='廣告']",
        ),
    ),
)
