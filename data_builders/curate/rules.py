r"""The rules that cut what is no part of an article, and those that drop what is none: one function, one table row.

    >>> cut("市府今天宣布停課。\n▲校門口。（圖／讀者提供）\n延伸閱讀\n寒流來襲　菜價漲兩成")
    ('市府今天宣布停課。', ('links', 'caption'))

A rule works on normalised text: lines, none of them empty. A cut is counted in the manifest as an edit under the rule's
slug; a drop is the reason of a Reject. What stands in the middle of a sentence is never touched: a rule looks at the
head or the end of a line, and asks for two signs (a mark *and* what such notices say) where one could be prose.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """A rule that cuts: `slug` counts its edits, `hints` are strings without one of which it has nothing to do."""

    slug: str
    says: str
    hints: tuple[str, ...]
    apply: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Drop:
    """A rule that drops: `apply` says what was seen, or "" to keep."""

    slug: str
    says: str
    apply: Callable[[str], str]


ENDED = re.compile(r"[。！？!?][」』”’）)]*$")
LINKS = re.compile(
    r"^[\W_]{0,4}(?:延伸閱讀|延伸阅读|更多新聞|更多新闻|更多[^。，\n]{0,12}(?:新聞|報導|文章)|相關(?:新聞|報導|閱讀)|相关(?:新闻|阅读)|推薦閱讀"
    r"|编辑推荐|編輯推薦|你可能也想看|看更多|熱門新聞|熱門文章|其他人也在看|點我看更多|更多熱門新聞|猜你喜歡)"
    r"(?![^。\n]{0,60}[。！？][」』]?$).*$",
    re.MULTILINE,
)
HEADLINE = re.compile(r"^(?![^\n]*[。！？!?；;，：:][」』”’）)]*$)[^\n]{1,70}$")
NOTICE = re.compile(
    r"^[（(]?(?:[※◎☛＊★●▍■☎◆]\s?[^\n]{0,24}?(?:提醒|珍愛|珍惜|以上|免責|聲明|本文|飲酒|酒駕|未滿|吸菸|自殺|投資(?:有|人|一定)|不代表"
    r"|專線|警語|原文|尚未|無罪推定|民俗說法)|(?:珍惜生命|珍愛生命|飲酒過量|未滿1?8歲|禁止酒駕|酒後不開車|投資一定有風險"
    r"|免責聲明[：:]|警語[：:])|請繼續往下閱讀|記者爆料網|安心專線|生命線協談)[^\n]*$",
    re.MULTILINE,
)
RIGHTS = re.compile(
    r"^[^\n。]{0,40}(?:版權所有|著作權所有|未經(?:授權|同意|許可)[^\n]{0,12}(?:轉載|使用|取用)|不得轉載|請勿轉載|禁止轉載|All [Rr]ights [Rr]eserved"
    r"|[Cc]opyright ?[©(]|©)[^\n]{0,60}$|^[（(◎※]?\s?(?:本文|文章|本篇)[^\n。]{0,40}(?:授權|轉載自|刊載|提供|原文出處|出自)[^\n]{0,60}$",
    re.MULTILINE,
)
SIGNED = re.compile(
    r"[（(](?:責任編輯|编辑|編輯|編譯|譯者|審稿|核稿)[：:／/][^（）()\n]{1,40}[）)]\s?\d{0,8}$"
    r"|^(?:責任編輯|責任主編|核稿編輯|編輯)[：:／/][^\n。]{1,24}$",
    re.MULTILINE,
)
PROMOTION = re.compile(
    r"^[^\n]{0,40}(?:加入\s?LINE|LINE\s?好友|粉絲專頁|粉絲團|電子報|下載\s?A[Pp][Pp]|小鈴鐺|Google\s?新聞\s?追蹤|掃描\s?QR|立即下載|點我(?:看|下載|加入))"
    r"[^\n。]{0,40}[！!」]?$",
    re.MULTILINE,
)
WHO = r"(?:提供|攝影|翻攝|攝|資料照片|資料照|資料畫面|生成圖|生成|合成|授權)"
CREDIT = re.compile(
    rf"(?:圖|照片|圖片|影片|影像|資料照)\s?[／/]\s?(?:(?:翻攝|取材|取|截|摘)自[^。，\n]{{1,30}}$|[^。，、：\n／/]{{0,24}}?{WHO}|[^。，\n]{{1,40}}$)"
    rf"|(?:特派員|記者|攝影)\s?[\u4e00-\u9fff]{{2,4}}\s?[／/]\s?{WHO}|(?<=[。！？」])[^。，！？\n／/「」]{{2,16}}[／/]\s?{WHO}$",
    re.MULTILINE,
)
BRACKETED = re.compile(
    r"[（(](?:圖片來源|照片來源|圖文|圖片|圖|照片|資料照片?|示意圖|美聯社|路透社?|法新社|取材自|取自|翻攝自?|截自|攝影)\s?[^（）()\n。]{0,40}[）)]"
    r"|[（(][^（）()\n。，]{0,16}(?:記者|資料照|翻攝)[^（）()\n。，]{0,16}[）)]"
)
MARKED = re.compile(r"^[▲△▼▽↑↓◀▶►](?=[^\n]{1,160}$).*$|^(?:圖說|圖片說明|照片說明|圖為)[：:／/][^\n]{1,160}$", re.MULTILINE)
CAPTION = re.compile(r"(?:^|(?<=[。！？!?」』）]))[^。！？!?\n]{1,120}[。！？!?」』）]{0,3}$")
PAYWALL = re.compile(
    r"(?:閱讀全文|看全文|閱讀完整|全文未完|未完待續|完整內容請|訂閱會員|付費會員|會員專屬|會員限定|限會員|訂閱後|訂戶專屬|登入[^\n。]{0,8}(?:閱讀|觀看)"
    r"|成為會員|免費閱讀篇數|解鎖全文|阅读全文|会员专属)"
)
STUB = re.compile(r"(?:……?|⋯⋯?|\.{3}|more)[\s>»]*(?:[\[【（(]?(?:閱讀全文|看全文|繼續閱讀|詳全文|全文|更多)[\]】）)]?)?[\s>»]*$")
JUNK_LINE = re.compile(
    r"^(?:(?:生成)?(?:新聞)?摘要|核心要素|三元組|答案|回答|輸出|Summary|Output|Answer|###[^\n]*)\s?[：:]?\s?$"
    r"|^(?:希望這(?:些|個|份)?[^\n。]{0,12}(?:幫助|有用|滿足)|希望(?:以上|我的)[^\n。]{0,20}(?:幫助|滿足)|如(?:果)?(?:您|你)?[^\n。]{0,16}(?:需要|有任何)"
    r"[^\n。]{0,20}(?:請告訴我|請隨時|隨時告訴我|歡迎提出)|以上(?:是|為)[^\n。]{0,16}(?:摘要|內容|回答)|請(?:注意|提供)[^\n。]{0,10}(?:此|上述|新聞)摘要)"
    r"[^\n]{0,40}$|^(?:<\|?(?:im_end|endoftext|/?s|assistant|user)\|?>|```)\s?$"
)
JUNK_END = re.compile(
    r"(?<=[。！？!?」])\s?(?:希望這(?:些|個|份)?[^\n。]{0,14}(?:對[您你]有(?:所)?幫助|能幫助[您你]|有所幫助)[^\n]{0,20}|(?:生成)?(?:新聞)?摘要[：:])$"
)
ASSISTANT = re.compile(r"(?:作為|身為)(?:一個|一名)?\s?(?:AI|人工智慧|人工智能)(?:語言)?(?:模型|助理|助手)[，,]?\s?我|As an AI language model")


def links(text: str) -> str:
    """Cut a heading such as 延伸閱讀 and the headlines below it, up to the next line of prose."""
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        inside = bool(LINKS.match(line)) or (inside and bool(HEADLINE.match(line)))
        if not inside:
            kept.append(line)
    return "\n".join(kept)


def captions(text: str) -> str:
    """Cut lines that a triangle marks, picture credits in brackets, and credits with the sentence they belong to."""
    text = BRACKETED.sub("", MARKED.sub("", text))
    return "\n".join(without_credits(line) for line in text.split("\n") if line.strip())


def without_credits(line: str) -> str:
    """Cut what stands between two credits, and before the first one its last sentence: those are captions."""
    credits = list(CREDIT.finditer(line)) if "／" in line or "/" in line else []
    if not credits:
        return line
    before = line[: credits[0].start()]
    tail = line[credits[-1].end() :]
    return (CAPTION.sub("", before) + tail).strip()


def lines_like(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Return what cuts whatever `pattern` matches."""
    return lambda text: pattern.sub("", text)


def junk_ending(text: str) -> str:
    """Cut what a language model leaves at the end: heads without a body, good wishes, marks of its template."""
    lines = text.split("\n")
    while len(lines) > 1 and JUNK_LINE.match(lines[-1]):
        lines.pop()
    lines[-1] = JUNK_END.sub("", lines[-1])
    return "\n".join(lines)


def paywall(text: str) -> str:
    """Say by what the last line shows that the rest is for members only."""
    last = text[text.rfind("\n") + 1 :][-160:]
    found = PAYWALL.search(last)
    if found and (len(last) < 80 or STUB.search(last) or found.end() > len(last) - 12):
        return f"ends with {last[max(0, found.start() - 12) : found.end() + 12]}"
    return f"breaks off: {text[-16:]}" if STUB.search(text, len(text) - 24) and "全文" in text[-12:] else ""


def repeated_tail(text: str) -> str:
    """Say what a text that ends in a loop repeats: the same six to eighty characters, three times or more."""
    last = text[-6:]
    for width in range(6, 81) if last in text[-86:-6] else ():
        tail = text[-width:]
        if text.endswith(tail * 3) and len(set(tail)) > 2:
            return f"ends in {tail[:24]} three times"
    return ""


def assistant(text: str) -> str:
    """Say by what words an assistant speaks of itself."""
    found = ASSISTANT.search(text) if "AI" in text or "人工智" in text else None
    return f"says {found.group()}" if found else ""


CUTS = (
    Cut(
        "links",
        "headings such as 延伸閱讀, and the headlines below",
        ("閱讀", "阅读", "新聞", "新闻", "報導", "推薦", "推荐", "看更多", "熱門", "也想看", "也在看", "喜歡"),
        links,
    ),
    Cut(
        "notice",
        "※提醒您…, warnings, disclaimers",
        ("※", "◎", "☛", "＊", "★", "●", "▍", "■", "☎", "◆", "生命", "過量", "歲", "酒", "風險", "免責", "警語", "往下閱讀", "專線"),
        lines_like(NOTICE),
    ),
    Cut(
        "copyright",
        "who owns the text, and that nobody may copy it",
        ("轉載", "版權", "著作權", "未經", "ights", "opyright", "©", "授權", "刊載", "出處", "出自"),
        lines_like(RIGHTS),
    ),
    Cut("signature", "（編輯：…）1130101", ("編輯", "编辑", "（編譯", "（譯者", "審稿", "核稿"), lines_like(SIGNED)),
    Cut("caption", "▲…, 圖／…, （記者…攝）", ("／", "/", "（", "(", "▲", "△", "▼", "▽", "↑", "↓", "▶", "圖說", "說明：", "圖為"), captions),
    Cut(
        "promotion",
        "join us, follow us, load the app",
        ("LINE", "粉絲", "電子報", "App", "APP", "鈴鐺", "追蹤", "QR", "下載", "點我"),
        lines_like(PROMOTION),
    ),
    Cut("teacher_junk", "prompt heads and good wishes at the end", (), junk_ending),
)
DROPS = (
    Drop("paywall", "a stub that ends where members read on", paywall),
    Drop("repeated_tail", "an end in a loop, as models write it", repeated_tail),
    Drop("teacher_voice", "a model that speaks of itself", assistant),
)


def cut(text: str) -> tuple[str, tuple[str, ...]]:
    """Apply the cutting rules in their order; return the text and the slugs of those that changed it."""
    edits: list[str] = []
    for rule in CUTS:
        if rule.hints and not any(map(text.__contains__, rule.hints)):
            continue
        after = rule.apply(text)
        if after != text:
            edits.append(rule.slug)
            text = "\n".join(filter(str.strip, after.split("\n")))
    return text, tuple(edits)


def dropped(text: str) -> tuple[str, str]:
    """Return (slug, what was seen) of the first rule that drops the text, or two empty strings."""
    for rule in DROPS:
        seen = rule.apply(text)
        if seen:
            return rule.slug, seen
    return "", ""
