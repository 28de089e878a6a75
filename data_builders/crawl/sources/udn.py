"""聯合新聞網: udn.com, its sub-sites (轉角國際, 鳴人堂, 經濟日報, 噓星聞, 元氣網, 運動 …), and the layout before 2020.

The listing is the API that the site's own "more" button calls; `--category 7225` is 全球, `--keyword` searches.
"""

from data_builders.crawl.schema import Layout, Source

MORE = "https://udn.com/api/more?page={page}&channelId="
TAGS = ".article-content__editor a.tag, #keywords a, .keywords a.tag, .article-keyword a, #story_tags a, #tags a"
BREADCRUMB = (
    ".article-content__breadcrumb a:nth-of-type(2), a.breadcrumb-items:nth-of-type(2), .breadcrumb a:nth-of-type(2)"
)

UDN = Source(
    name="udn",
    home="https://udn.com",
    hosts=("udn.com",),
    article=r"/story/(\d+)/(\d+)|/NEWS/(?:\w+/)*([A-Z]+\d*)/(\d+)\.shtml",
    same=r"\d+$",
    licence="© 聯合報系 udn.com, all rights reserved; for personal research only, not to be passed on",
    latest=MORE + "1&cate_id=0&id=&type=breaknews",
    category=MORE + "2&cate_id={category}&id=&type=cate_latest_news",
    keyword=MORE + "2&id=search:{keyword}&type=searchword",
    layouts=(
        Layout(  # since 2020, and what opinion, health, stars, house took over from it
            body=".article-content__editor",
            title=".article-content__title, h1",
            time=".article-content__time, .article-content__subinfo time, .article-content__subinfo--time, "
            ".article-section__info time",
            authors=".article-content__author, .article-content__info-author, .article-content__authors, "
            ".article-section__author, .article-content__subinfo--authors",
            category=BREADCRUMB,
            tags=TAGS,
            drop=".inline-ads, .udn-ads, #story_end, .edit-more, .article-content__more",
        ),
        Layout(  # money.udn.com
            body="#article_body, .article-body__editor",
            title=".article-head__title, #story_art_title, h1",
            time=".article-body__time, .article-head__time, .shareBar__info--author span",
            authors=".article-body__info > span, .article-body__author, .shareBar__info--author",
            category=".breadcrumb a:last-of-type, .article-breadcrumb a:last-of-type, "
            ".article-head__breadcrumb a:last-of-type",
            tags=TAGS,
            drop=".edn-ads, .article-body__ads",
        ),
        Layout(  # global.udn.com, opinion.udn.com, nba and game before they moved
            body=".story_body_content, #story_body_content, .article-content__paragraph, "
            ".story-content, .story__content, "
            ".story_content",
            title=".story_art_title, #story_art_title, .article-content__title, h1",
            time=".story_bady_info_author, .shareBar__info--author span, .story-author__time, "
            ".article-content__time, time",
            authors="#story_author_name, .story_bady_info_author span, .story_author_name, "
            ".story_bady_info_author a, .story_bady_info_author, .shareBar__info--author, "
            ".story-author__name, .author-name, .story-author a, .article-content__author",
            category="#nav a:nth-of-type(2), .breadcrumb a:last-of-type, .article-content__breadcrumb a:nth-of-type(2)",
            tags=TAGS + ", .story_tags a, .tag-list a, .tagbox a",
            drop="h1, .shareBar, .story_bady_info, #story_bady_info, #story_also, .story_also, "
            ".social_bar, .only_mobile, .area, "
            ".photo_center, .photo_left, .photo_right, .keywords, #keywords, #story_tags, .author-box, .author_box, "
            ".article-content__social, .video-container",
        ),
        Layout(  # udn.com until about 2019
            body="#story_body, #story, .story_body, #container > main, #mainbar",
            title="#story_art_title, #story_title, .story_title, h1",
            time="#story_bady_info .story_bady_info_author span, .story_bady_info_author, #story_update, time",
            authors="#story_author_name, #story_author, .story_bady_info_author a, .story_bady_info_author",
            category="#nav a:nth-of-type(2), #story_path a:last-of-type, .only_web a:last-of-type, td.path a.path",
            tags=TAGS,
            drop="h1, #story_bady_info, .story_bady_info, #story_title, #story_author, #story_update, #story_also, "
            ".social_bar, .photo_pop, .only_mobile, .area, .photo_center, .photo_left, .photo_right, #tags, .photo",
        ),
    ),
)
