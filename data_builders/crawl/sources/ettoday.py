"""ETtoday新聞雲 and its channels (star, sports, finance, health, house …). The listing is the archive by the day."""

from data_builders.crawl.schema import Layout, Source

ETTODAY = Source(
    name="ettoday",
    home="https://www.ettoday.net",
    hosts=("ettoday.net",),
    article=r"^/news/(?:(\d{8})/)?(\d{5,})(?:\.htm|$|\?)",
    same=r"\d+$",
    licence="© ETtoday新聞雲, all rights reserved; for personal research only, not to be passed on",
    latest="https://www.ettoday.net/news/news-list-{day:%Y-%-m-%-d}-0.htm",
    category="https://www.ettoday.net/news/news-list-{day:%Y-%-m-%-d}-{category}.htm",
    keyword="https://www.ettoday.net/news_search/doSearch.php?search_term_string={keyword}&page={page}",
    layouts=(
        Layout(
            body=".story[itemprop='articleBody'], .subject_article .story, article .story, .story",
            title="h1.title, h1[itemprop='headline'], h1.title_article, h1",
            time="time.date, .news-time, time.news-time, .date",
            category=".part_breadcrumb_2 div:last-of-type a span, .part_breadcrumb div:last-of-type a span, "
            ".part_menu_5 > strong",
            tags=".part_tag_1 a, .part_tag a, .menu_txt_2 a, .tag a",
            drop=".ad_readmore, .ad_in_news, .story_et, .et_board, .ad_txt_2",
        ),
    ),
)
