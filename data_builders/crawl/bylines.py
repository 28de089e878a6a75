"""Who wrote it: names out of the lines in which Taiwanese newspapers put them.

    >>> names("聯合報／ 編譯茅小明、記者謝大方／綜合報導")
    ('茅小明', '謝大方')
    >>> names("記者曾小羽／綜合報導"), names("即時新聞／綜合報導"), names("聯合報／ 社論")
    (('曾小羽',), ('即時新聞',), ('聯合報',))
    >>> of_lead("（中央社記者沈小瑤台北23日電）媒體報導")
    ('沈小瑤',)

A desk (`即時新聞`, `體育中心`) counts as the author when no person is named, as the sites themselves count it.
"""

import re
from itertools import pairwise

ROLES = (
    r"(?:特約記者|實習記者|駐.{2,4}特派員|駐.{2,4}記者|特派員|特派記者|新聞?記者|採訪記者|記者|編譯|撰稿人|撰稿|"
    r"圖文|文圖|文[．・]圖|責任編輯|核稿編輯|編輯|主筆|撰文|整理|採訪|作者|文字|文|圖|攝影)"
)
PERSON = re.compile(rf"^(?!攝影|圖){ROLES}|(?<=[\s、報])(?:記者|編譯|特派員|主筆|撰文|責任編輯|編輯)")
WRITER_IS_NEXT = frozenset({"文", "撰文", "文字", "作者", "採訪", "採訪撰文", "記者", "圖文", "文．圖", "文・圖",
                            "編輯", "責任編輯"})  # fmt: skip
MOMENT = re.compile(r"^\s*(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?(?:\s+\d\d?:\d\d(?::\d\d)?)?\s*")
PICTURES = re.compile(r"\s*(?:攝影|圖片|圖)\s*[：:].*$")
ROLE = re.compile(rf"^\s*(?:[Bb]y\s+)?(?:{ROLES}[、,，/／&＆和與\s]*)*[：:／/\s]*")
PLACE_OR_KIND = re.compile(r"(?:報導|電|攝影|整理|編譯|特稿|專訪|直擊|分析|專題)$")
REPORTS = re.compile(
    r"^([\u4e00-\u9fff]{2,4}?)\s*(?:綜合)?(?:報導|整理|編譯)$"
)  # 施郁韻報導, and not 綜合報導, 台北報導
NO_PERSON = re.compile(
    r"^(?:綜合|即時|專題|連線|特別|獨家|外電|採訪|新聞|現場|深度|追蹤|整合|影音|國際|財經|更多|本報|完整|相關|最新|延伸|中央社|地方|各地|社會|娛樂|體育|生活|政治)"
)
PARTS = re.compile(r"[／/╱∕｜|]")
NAMES = re.compile(r"[、,，;；&＆]+|(?<=[\u4e00-\u9fff])(?:\s+|[和與](?=記者|編譯))")
OPENING = re.compile(r"^[〔【\[［（(〈]\s*([^〕】\]］）)〉]{2,40})[〕】\]］）)〉]")
OPEN = re.compile(
    rf"^((?:{ROLES}|[\u4e00-\u9fff]{{2,6}}(?:中心|新聞網?|日報|時報|晚報)[／/╱∕]).{{1,24}}?(?:報導|電))(?=[\s　：:]|$)"
)
WHOLE = re.compile(
    rf"^[（(【〔〈［\[]?\s*(?:(?:{ROLES}.{{1,30}}|.{{2,8}}(?:中心|頻道|新聞網?|日報|時報|晚報|組|部))\s*[／/╱∕]"
    r"(?:.{1,10}|.{1,20}(?:報導|電|整理|攝影|外電|專訪|編譯))"
    rf"|{ROLES}\s*[／/╱∕：:｜|]\s*[^，。、！？]{{2,16}}|{ROLES}\s*[\u4e00-\u9fff]{{2,4}}\s*(?:綜合)?(?:報導|整理|編譯)|{ROLES}\s+[\u4e00-\u9fff]{{2,4}}"
    r"|[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4})*(?:\s*報導\s*[／/╱∕]\s*[\u4e00-\u9fff]{2,6}|[／/╱∕][\u4e00-\u9fff]{2,4}(?:報導|電)|\s*(?:綜合)?報導))"
    r"\s*[）)】〕〉］\]]?$"
)
DESK = re.compile(r"(?:中心|新聞網?|頻道|[報社網組部台臺]|編輯|小編)$")
SHORT_NAMES = re.compile(r"^[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4})*$")
CLOSING = re.compile(r"[（(【〔]([^（(【〔）)】〕]{3,40})[）)】〕]\s*\d{0,8}$")
WIRE = re.compile(r"中央社\s*(?:網站)?記者(.+?)(?:\d{1,2}日|特?稿|專?電)")
PLACES = re.compile(
    r"(?:台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|苗栗|彰化|南投|雲林|嘉義|屏東|宜蘭|花蓮|台東|臺東|澎湖|"
    r"金門|連江|馬祖|東京|大阪|首爾|北京|上海|香港|澳門|新加坡|曼谷|河內|雅加達|吉隆坡|馬尼拉|新德里|華盛頓|紐約|洛杉磯|"
    r"舊金山|芝加哥|休士頓|倫敦|巴黎|柏林|法蘭克福|布魯塞爾|日內瓦|羅馬|維也納|華沙|布拉格|莫斯科|伊斯坦堡|雪梨|坎培拉|"
    r"多倫多|溫哥華|聖保羅)"
)
LONGEST_NAME = 12


def names(line: str) -> tuple[str, ...]:
    """Return the names in a byline; the desk or the paper when it names nobody."""
    line = MOMENT.sub("", line)
    wire = WIRE.search(line)
    if wire is not None:
        return of_wire(wire.group(1))
    line = PICTURES.sub("", line.strip()).strip("〔〕【】[]［］（）()〈〉").strip()
    parts = [part.strip() for part in PARTS.split(line) if part.strip()]
    people = [
        name for part in parts for found in [PERSON.search(part)] if found for name in split(part[found.start() :])
    ]
    people += [name for role, part in pairwise(parts) if role in WRITER_IS_NEXT for name in split(part)]
    if not people and len(parts) > 1 and PLACE_OR_KIND.search(parts[-1]) and SHORT_NAMES.match(parts[0]):
        people = [] if DESK.search(parts[0]) else split(parts[0])
    people = people or [name for part in parts for name in reports(part)]
    if people:
        return unique(people)
    desks = [part for part in parts if not PLACE_OR_KIND.search(part)]
    return unique(split(desks[0])) if desks else ()


def split(part: str) -> list[str]:
    """Return the names of one part of a byline: `編譯茅小明、記者謝大方`."""
    if re.fullmatch(r"[\u4e00-\u9fff] [\u4e00-\u9fff]{1,3}", part.strip()):  # some sites part family and given name
        return [part.strip()]
    pieces = [ROLE.sub("", piece).strip(" 　：:") for piece in NAMES.split(part)]
    return [
        name
        for piece in pieces
        for name in (reports(piece) if PLACE_OR_KIND.search(piece) else [piece])
        if 2 <= len(name) <= LONGEST_NAME and not re.search(r"\d\d", name)
    ]


def reports(part: str) -> list[str]:
    """Return who stands before the word for reporting: `施郁韻報導`, but nobody in `綜合報導` or `台北報導`."""
    found = REPORTS.match(part)
    if found is None or NO_PERSON.match(part) or PLACES.match(part):
        return []
    return [found.group(1)]


def of_lead(paragraph: str) -> tuple[str, ...]:
    """Return the names in the brackets that open a report: `〔記者王小明／台南報導〕`, `（中央社記者…電）`."""
    opening = OPENING.match(paragraph)
    if opening is None:
        bare = OPEN.match(paragraph)
        return names(bare.group(1)) if bare else ()
    wire = WIRE.search(opening.group(1))
    if wire is not None:
        return of_wire(wire.group(1))
    return names(opening.group(1)) if PARTS.search(opening.group(1)) else ()


def of_close(paragraph: str) -> tuple[str, ...]:
    """Return the people in the brackets that end a report: `（民視新聞／王小明 台北報導）`, `（責任編輯：王小明）`."""
    closing = CLOSING.search(paragraph)
    if closing is None:
        return ()
    inside = closing.group(1)
    parts = [part.strip() for part in PARTS.split(inside)]
    if len(parts) == 2 and re.search(
        r"(?:新聞網?|新聞部|電視|電臺|電台)$", parts[0]
    ):  # a station, then its people and where
        people = re.sub(r"\s+\S{2,12}$|\s*(?:綜合)?(?:報導|編輯)$", "", parts[1])
        return unique(split(people)) if not re.match(r"綜合|整理", people) else ()
    bare = len(parts) == 2 and re.search(r"(?:報導|電)$", parts[1]) and SHORT_NAMES.match(parts[0])
    return names(inside) if bare or PERSON.search(inside) or reports(inside) else ()


def of_wire(text: str) -> tuple[str, ...]:
    """Return the names that an agency writes against the place: `沈小瑤、李大同台北`."""
    place = PLACES.search(text)
    people = text[: place.start()] if place else text
    found = [name.strip() for name in re.split(r"[、,，/／]", people)]
    if place is None and found:  # an unknown place: a Chinese name has three characters
        found[-1] = found[-1][:3]
    return unique([name for name in found if 2 <= len(name) <= LONGEST_NAME])


def is_byline(paragraph: str) -> bool:
    """Whether a paragraph is nothing but a byline: `記者曾小羽／綜合報導`."""
    return len(paragraph) <= 40 and "。" not in paragraph and WHOLE.match(paragraph) is not None


def unique(values: list[str]) -> tuple[str, ...]:
    """Return the values once each, in order."""
    return tuple(dict.fromkeys(values))
