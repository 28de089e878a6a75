"""Who wrote it and when, as Taiwanese sites write it: a line each of every manner that a site has."""

import pytest

from data_builders.crawl import bylines
from data_builders.crawl.clock import iso, now
from data_builders.crawl.extract import extract
from data_builders.crawl.paragraphs import Line, is_paragraph


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("聯合報／ 編譯茅小明、記者謝大方／綜合報導", ("茅小明", "謝大方")),
        ("【聯合晚報╱記者柳行遠╱即時報導】", ("柳行遠",)),
        ("中央社 記者柳行遠台北10日電", ("柳行遠",)),
        ("經濟日報 編譯柳行遠／綜合外電", ("柳行遠",)),
        ("特派員柳行遠、記者何小樹／台北－高雄連線報導", ("柳行遠", "何小樹")),
        ("文字記者 柳行遠 / 攝影記者 何小樹", ("柳行遠",)),
        ("國際中心／柳行遠報導", ("柳行遠",)),
        ("娛樂中心／綜合報導", ("娛樂中心",)),
        ("柳行遠／台北報導", ("柳行遠",)),
        ("記者柳行遠報導", ("柳行遠",)),
        ("文：柳行遠｜圖：何小樹", ("柳行遠",)),
        ("東森新聞 責任編輯 柳行遠", ("柳行遠",)),
        ("by 柳行遠", ("柳行遠",)),
        ("柳 行遠", ("柳 行遠",)),
        ("2018-11-28 16:24聯合報 記者柳行遠╱即時報導", ("柳行遠",)),
        ("2018-11-28 16:24國家地理雜誌", ("國家地理雜誌",)),
        ("即時新聞／綜合報導", ("即時新聞",)),
        ("聯合報／ 社論", ("聯合報",)),
        ("台北報導", ()),
        ("", ()),
    ],
)
def test_a_byline_names_the_people_else_the_desk(line: str, names: tuple[str, ...]) -> None:
    assert bylines.names(line) == names


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("〔記者柳行遠、何小樹／台北報導〕市府今天宣布。", ("柳行遠", "何小樹")),
        ("（中央社記者柳行遠台北3日電）市府今天宣布。", ("柳行遠",)),
        ("【記者柳行遠／台北報導】市府今天宣布。", ("柳行遠",)),
        ("記者柳行遠／台北報導　市府今天宣布。", ("柳行遠",)),
        ("（中央社台北3日電）市府今天宣布。", ()),
        ("（法新社巴黎3日電）市府今天宣布。", ()),
        ("[新頭殼newtalk] 市府今天宣布。", ()),
        ("記者會今天在台北／新北同時舉行。", ()),
        ("（台北3日）市府／中央今天宣布。", ()),
    ],
)
def test_a_report_opens_with_who_wrote_it(opening: str, names: tuple[str, ...]) -> None:
    assert bylines.of_lead(opening) == names


@pytest.mark.parametrize(
    ("closing", "names"),
    [
        ("（民視新聞／柳行遠、何小樹 青河報導）", ("柳行遠", "何小樹")),
        ("每周一休館。（柳行遠／青河報導）", ("柳行遠",)),
        ("（責任編輯：柳行遠）", ("柳行遠",)),
        ("（民視新聞／綜合報導）", ()),
        ("他說：「明天開放（含假日）」", ()),
        ("倉庫（圖／市府提供）", ()),
    ],
)
def test_a_report_ends_with_who_wrote_it(closing: str, names: tuple[str, ...]) -> None:
    assert bylines.of_close(closing) == names


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-03-01 12:34", "2025-03-01T12:34:00+08:00"),
        ("2025-03-01T12:34:56", "2025-03-01T12:34:56+08:00"),
        ("2025-03-01T04:34:56Z", "2025-03-01T12:34:56+08:00"),
        ("2025-03-01T12:34:56.000+0800", "2025-03-01T12:34:56+08:00"),
        ("Sat, 01 Mar 2025 04:34:56 GMT", "2025-03-01T12:34:56+08:00"),
        ("1740803696", "2025-03-01T12:34:56+08:00"),
        ("1740803696000", "2025-03-01T12:34:56+08:00"),
        ("民國114年3月1日 下午2:05", "2025-03-01T14:05:00+08:00"),
        ("114/03/01 08:09", "2025-03-01T08:09:00+08:00"),
        ("2014.12.13 01:06 pm", "2014-12-13T13:06:00+08:00"),
        ("發布時間：2025/3/1 上午 12:02", "2025-03-01T00:02:00+08:00"),
        ("2025年6月12日 週四 上午10:20", "2025-06-12T10:20:00+08:00"),
        ("2015.01.02 | 10:11", "2015-01-02T10:11:00+08:00"),
        ("2025-13-41", ""),
        ("02-2345678", ""),
        ("115年度", ""),
        ("", ""),
    ],
)
def test_a_time_is_read_in_taiwans_zone_however_it_is_written(written: str, moment: str) -> None:
    assert iso(written) == moment


def test_the_present_can_be_fixed_for_equal_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1740803696")
    assert now() == "2025-03-01T12:34:56+08:00"


FURNITURE = (
    "▲倉庫外觀。（圖／市府提供）",
    "倉庫外觀。記者柳行遠／攝影",
    "（封面圖／東森新聞）",
    "（首圖來源：青河市政府）",
    "文／柳行遠",
    "記者柳行遠／青河報導",
    "柳行遠 報導 / 青河市",
    "（民視新聞／柳行遠 青河報導）",
    "責任編輯：柳行遠",
    "更多鏡報報導",
    "更新時間｜2025.06.12 11:00 臺北時間",
    "2025/06/12 10:20 東森新聞 責任編輯 柳行遠",
    "新聞來源：華視新聞",
    "※ 珍惜生命，自殺不能解決問題，生命一定可以找到出路。",
    "《某報》提醒您：飲酒過量有害健康。",
    "未經授權，請勿轉載。",
    "【2025/06/12 聯合晚報】",
    "https://udn.com/news/1",
    "更多內容，歡迎鏡週刊紙本雜誌。",
)
TEXT = (
    "詐騙集團要求被害人加LINE好友，再誘騙投資。",
    "未滿18歲的少年也在場。",
    "更多的民眾上午到場，隊伍排到門外。",
    "記者會上他沒有回答。",
    "氣象署提醒民眾，午後有雷陣雨。",
    "2025年6月12日他在台北說。",
    "圖書館明天起休館。",
    "文化局說明，倉庫已完成補強。",
    "「明天見。」",
    "自殺防治中心今天公布統計。",
    "編輯部昨天遷入新址。",
    "資料顯示，去年有三百人。",
)


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_no_paragraph(line: str) -> None:
    assert not is_paragraph(Line(line, heading=False, linked=False))


@pytest.mark.parametrize("line", TEXT)
def test_a_sentence_that_begins_like_furniture_is_a_paragraph(line: str) -> None:
    assert is_paragraph(Line(line, heading=False, linked=False))


SENTENCES = (
    "市府今天宣布公車改道，從下周一開始，為期三天，請民眾留意站牌公告，詳情請看交通局的網站。",
    "交通局長何棠說明，改道是為了讓出舊港倉庫的施工範圍，沿線增設三處臨時站牌。",
    "施工期間每天上午九時到下午四時管制，周末照常通行。",
)
BODY = f"<section class='article-content__editor'>{''.join(f'<p>{text}</p>' for text in SENTENCES)}</section>"


def with_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>{BODY}'


@pytest.mark.parametrize(
    "page",
    [
        BODY,
        f"<h1></h1><time></time>{BODY}",
        with_ld("{broken"),
        with_ld('//<![CDATA[\n{"@type":"NewsArticle","author":[{},null,3],}\n//]]>'),
        with_ld('{"@type":["NewsArticle"],"datePublished":{},"keywords":[1,null]}'),
        f"<link rel='canonical'><meta property='og:url'><meta name='author'>{BODY}",
    ],
)
def test_a_page_with_parts_missing_or_broken_keeps_its_paragraphs(page: str) -> None:
    for source in ("udn.com", ""):
        story = extract(None, page, f"https://{source}/news/story/1/2" if source else "")
        assert story.paragraphs == SENTENCES
        assert story.authors == ()


def test_a_slip_in_json_ld_does_not_lose_it() -> None:
    slips = '/*<![CDATA[*/{"@type":"NewsArticle","headline":"停\n水","datePublished":1740803696,}/*]]>*/'
    story = extract(None, with_ld(slips))
    assert (story.title, story.published) == ("停 水", "2025-03-01T12:34:56+08:00")


def test_a_list_of_headlines_is_no_article() -> None:
    items = "".join(
        f"<li><a href='/n/{number}'>第{number}則新聞的標題寫得很長很長很長</a></li>" for number in range(40)
    )
    assert extract(None, f"<html><body><h1>即時新聞</h1><ul>{items}</ul></body></html>").paragraphs == ()
