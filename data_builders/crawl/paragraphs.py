"""An article's element -> its paragraphs, without captions, adverts, related links, headings and bylines.

    >>> body = html.fromstring("<div><p>第一段。</p><figure>圖說</figure><p><a href='/x'>延伸閱讀一則</a></p></div>")
    >>> [line.text for line in lines(body)]
    ['第一段。']

A paragraph is what a reader sees as one: a block, or the text between two line breaks. What is no paragraph is told by
the markup first (figures, hidden boxes, blocks of adverts), and by its words only where sites put it into plain `p`s.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html
from lxml.cssselect import CSSSelector

from data_builders.crawl.bylines import is_byline

BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article blockquote body br center dd details div dl dt fieldset footer h1 h2 h3 h4 h5 h6 header hr li "
        "main ol p pre section summary td th tr ul",
    )
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
JUNK = CSSSelector(
    "script, style, noscript, template, iframe, object, embed, svg, math, canvas, audio, video, form, button, input, "
    "select, textarea, nav, aside, figure, figcaption, picture, dialog, [hidden], [style*='display:none'], "
    "[style*='display: none'], .ad, .ads, .adv, .advert, .advertisement, [class*='-ads'], [class*='ads-'], "
    "[class*='_ads'], [class*='ad_txt'], [class*='adslot'], [class*='inline-ad'], [class*='banner'], [id^='ad-'], "
    "[id^='ad_'], [id^='ads'], [id*='dablewidget'], [id*='taboola'], [id^='div-gpt'], [id*='_popIn'], "
    "[class*='related'], [class*='recommend'], [class*='readmore'], [class*='read-more'], [class*='more-news'], "
    "[class*='moreArticle'], [class*='further'], [class*='extended'], [class*='keyword'], [class*='hash-tag'], "
    "[class*='social'], [class*='share'], [class*='subscri'], [class*='newsletter'], [class*='donat'], "
    "[class*='caption'], [class*='picinfo'], [class*='photo_'], .photo, .photo-story, .photo_pop, .picture, .imgtxt, "
    "blockquote.twitter-tweet, blockquote.instagram-media, blockquote.tiktok-embed, .fb-post, .fb-video, .fb-quote, "
    ".fb-page, .copyright, .promote-word, .appE1121, .sr-only, .visually-hidden"
)
SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f]")
MARKER = re.compile(r"^[▲▼△▽◀▶◄►↑↓⬆⬇⏩]")
CREDIT = re.compile(
    r"(?:[（(【〔](?:[^（()）]{0,24}[/／])?[^（()）]{0,30}"
    r"(?:攝影?|攝/影|翻攝|提供|資料照片?|示意圖|圖片|取自|授權|翻拍|截圖|畫面|路透|美聯社|法新社|歐新社)[^（()）]{0,24}[）)】〕]"
    r"|(?:^|[／/。 ])[^。／/]{0,16}(?:[／/]\s?(?:攝影?|提供|翻攝|授權)|報系資料照片?|資料照片?|[／/]翻攝自?.{0,20}))$"
)
PICTURE = re.compile(
    r"^[（(【]?(?:封面圖|首圖|圖|照片|圖片|示意圖|影片|攝影|圖說|圖文|資料照|圖[一二三四五六七八九十\d])(?:來源)?\s*[：:／/]"
)
RELATED = re.compile(
    r"^[▌▍▎▋■●★☆◎※►▶#\s【《〈\[]*(?:延伸閱讀|相關(?:新聞|報導|文章|閱讀|影音)|推薦閱讀|推薦新聞|看更多|更多.{0,8}(?:新聞|報導|文章)|"
    r"延伸報導|你可能(?:也|還)?(?:會)?(?:喜歡|想看|感興趣)|熱門新聞|編輯推薦|其他人也在看|繼續閱讀)"
)
NOTICE = re.compile(
    r"^[▌▍▎▋■●★☆◎※►▶\s【《〈\[]*(?:請繼續往下閱讀|不用抽|點我(?:下載|加入|訂閱|看)|立即(?:下載|加入|訂閱)|加入.{0,16}(?:LINE|好友|粉絲)|"
    r"追蹤.{0,16}(?:IG|Instagram|Facebook|粉絲|YouTube)|按讚.{0,12}(?:粉絲|加入)|訂閱.{0,20}(?:電子報|頻道|YouTube)|下載.{0,16}APP|"
    r"分享給朋友|追蹤我們|本文(?:獲|經|由).{0,30}(?:授權|同意)|文章授權轉載|以上.{0,12}授權.{0,8}刊登|"
    r"(?:未經|非經).{0,8}(?:授權|同意).{0,20}(?:轉載|使用)|版權所有|本網站之文字、圖片|中央社「一手新聞」|©|Copyright|廣告$|ADVERTISEMENT$|資料來源[：:]https?|"
    r"(?:更多|完整)[^。]{0,20}(?:報導|新聞|內容|文章)(?:[：:》】]|$)|.{0,14}(?:提醒您|關心您)[：:]|"
    r".{0,6}(?:勇敢求救並非弱者|珍惜生命|自殺，?不能解決|(?:喝酒|酒後)不開車|未滿18歲.{0,4}(?:請勿|禁止)飲酒|(?:飲酒過量|吸菸)，?有[害礙])|"
    r"(?:新聞|資料|文章|圖文|影片)來源[：:]|更多內容，?(?:歡迎|請)|【.{2,6}徵稿】|.{0,6}歡迎(?:各界)?投[書稿]|【加入.{2,12}會員】|"
    r"原文(?:連結|網址|出處)|(?:本文|文章)(?:轉載自|來源|出處)|https?://\S+$|請往下(?:繼續)?閱讀|(?:上|下)一(?:篇|則)[：:]|"
    r"【?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ /　]*(?:聯合報|聯合晚報|經濟日報|民生報|世界日報)[^。]{0,24}】?)",
    re.IGNORECASE,
)
STAMP = re.compile(
    r"^(?:發布|更新|發稿|最後更新|出版)?(?:時間|日期)?[：:]?\s*20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?[\s\d:：更新）（()上下午]*$"
)
MOMENT = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[\s|]*\d{1,2}[:：]\d\d")
LONGEST_STAMP = 80
LONGEST_CAPTION = 160
LONGEST_NOTICE = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One block of text: its words, whether it is a heading, whether all of it is a link."""

    text: str
    heading: bool
    linked: bool


def parse(text: str) -> html.HtmlElement | None:
    """Return the page's tree; libxml2 holds nesting to 256, so that no depth can hurt what walks it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None  # nothing in it


def lines(body: html.HtmlElement, drop: str = "") -> Iterator[Line]:
    """Yield the paragraphs of an article's element; `drop` names this site's own furniture."""
    remove(body, JUNK)
    for node in [*body.iter("table", "blockquote")]:
        if node is not body and node.getparent() is not None and (is_data(node) or is_teaser(node)):
            node.drop_tree()
    if drop:
        remove(body, CSSSelector(drop))
    after_related = False
    for line in blocks(body):
        if RELATED.match(line.text) and len(line.text) <= LONGEST_NOTICE:
            after_related = True
        elif after_related and (line.linked or line.text[-1] not in "。！？」』）)!?"):
            continue  # the headlines below the word "related", whether or not they are links
        elif is_paragraph(line):
            after_related = False
            yield line


def remove(body: html.HtmlElement, selector: CSSSelector) -> None:
    """Take what the selector finds out of the tree; text that follows stays."""
    for node in selector(body):
        if node is not body and node.getparent() is not None:
            node.drop_tree()


def is_data(node: html.HtmlElement) -> bool:
    """Whether a table holds data: old layouts put whole articles into tables of one cell a row."""
    return node.tag == "table" and (
        next(node.iter("th"), None) is not None
        or any(sum(bool(tidy(cell.text_content())) for cell in row.iter("td")) > 1 for row in node.iter("tr"))
    )


def is_teaser(node: html.HtmlElement) -> bool:
    """Whether a quotation is another article's: its last words are a link to it."""
    links = [tidy(link.text_content()) for link in node.iter("a")] if node.tag == "blockquote" else []
    return bool(links) and (links[-1].endswith(("more", "更多", "全文")) or tidy(node.text_content()) == "".join(links))


def is_paragraph(line: Line) -> bool:
    """Whether a line is the report's own text."""
    text = line.text
    if line.heading or (line.linked and len(text) > 1):
        return False
    if len(text) <= LONGEST_CAPTION and (MARKER.match(text) or PICTURE.match(text) or CREDIT.search(text)):
        return False
    stamp = STAMP.match(text) or (len(text) <= LONGEST_STAMP and "。" not in text and MOMENT.search(text))
    return not (is_byline(text) or stamp or (len(text) <= LONGEST_NOTICE and NOTICE.match(text)))


def blocks(body: html.HtmlElement) -> Iterator[Line]:
    """Yield every run of text between two block edges; walks with a stack, so depth costs nothing."""
    run: list[tuple[str, bool]] = []
    headings = links = 0
    stack: list[tuple[html.HtmlElement, bool]] = [(body, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in BLOCKS:
            yield from ended(run, headings > 0)
        step = -1 if leaving else 1
        headings += step if tag in HEADINGS else 0
        links += step if tag == "a" else 0
        if not leaving:
            run.append((node.text or "" if tag else "", links > 0))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
        elif node is not body:
            run.append((node.tail or "", links > 0))
    yield from ended(run, heading=False)


def ended(run: list[tuple[str, bool]], heading: bool) -> Iterator[Line]:
    """Yield the run as a line when it holds text, and empty it."""
    text = tidy("".join(piece for piece, _ in run))
    if text:
        yield Line(text, heading, all(linked for piece, linked in run if piece.strip()))
    run.clear()


def tidy(text: str) -> str:
    """Return the text with one space for any white space; full-width spaces stay inside, not at the ends."""
    return SPACE.sub(" ", INVISIBLE.sub("", text)).strip(" \u3000")
