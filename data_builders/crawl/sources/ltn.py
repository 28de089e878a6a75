"""自由時報: news, sports, ent, ec, talk, health, def … .ltn.com.tw. The listing is the API of its live page."""

from data_builders.crawl.schema import Layout, Source

CRUMBS = ".breadcrumbs a:last-of-type, .breadcrumb a:last-of-type, [data-desc='麵包屑'] a:last-of-type"
DROP = (
    ".photo, .ph_b, .ph_i, .ph_d, .before_ir, .after_ir, .suggest, .appE1121, .appE1111, .time, .author, .function, "
    ".keyword, .tags, .boxTitle.ad, [data-desc='圖片'], [data-desc='相關新聞'], .videobox, .article_ticket, .tagarea"
)

LTN = Source(
    name="ltn",
    home="https://news.ltn.com.tw",
    hosts=("ltn.com.tw",),
    article=r"^/((?:news|article)(?:/[A-Za-z]+)?/(?:breakingnews|paper)/\d+)",
    licence="© 自由時報電子報, all rights reserved; for personal research only, not to be passed on",
    latest="https://news.ltn.com.tw/ajax/breakingnews/all/{page}",
    category="https://news.ltn.com.tw/ajax/breakingnews/{category}/{page}",
    keyword="https://search.ltn.com.tw/list?keyword={keyword}&type=all&sort=date&page={page}",
    layouts=(
        Layout(
            body="[itemprop='articleBody'] .text, .whitecon .text, .article_body .text, .news_content .text, "
            ".content .text, .article_wrap .text, div.text[data-desc='內容頁'], div.text[data-desc='內文']",
            title="[itemprop='articleBody'] h1, .whitecon h1, .article_header h1, .news_content h1, h1",
            time=".text .time, span.time, time.time, .c_time, .date, .time",
            authors=".author, .writer_date, .article_header .author",
            category=CRUMBS,
            tags=".keyword a, .tag a, .tags a, [data-desc='關鍵字'] a",
            drop=DROP,
        ),
        Layout(  # until about 2018
            body="#newstext, .newstext, .news_p, #newsti, .cont, .articlebody, #rightmain .conbox_in",
            title=".newstitle, #newstitle, .Btitle, h1, h2",
            time="#newstext > span, .writer span, .date1, .mobile_none",
            category=CRUMBS + ", .guide a:last-of-type",
            tags=".keyword a",
            drop=DROP + ", #newsphoto, .pic, .pic750, .writer",
        ),
    ),
)
