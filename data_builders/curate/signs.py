"""What the cleaning rules look for, as expressions; `rules` says what is done with it.

    >>> bool(NOTICE.search("※提醒您：飲酒過量，有害健康")), bool(NOTICE.search("未滿18歲少女離家，警方尋獲。"))
    (True, False)

Taken from the pages of Taiwanese papers; each asks for more than one sign, since every word here is also written in
prose. All are matched line by line and none can take long: no repetition stands in another.
"""

import re


def any_of(*words: str) -> str:
    """Return an expression for one of several."""
    return "(?:" + "|".join(words) + ")"


def by_line(expression: str) -> re.Pattern[str]:
    """Compile an expression whose `^` and `$` are a line's ends."""
    return re.compile(expression, re.MULTILINE)


HEADINGS = any_of(
    "延伸[閱阅][讀读]", "更多新[聞闻]", "更多[^。，\n]{0,12}(?:新聞|報導|文章)", "相關(?:新聞|報導|閱讀)",
    "相关(?:新闻|阅读)", "推薦閱讀", "[編编][輯辑]推[薦荐]", "你可能也想看", "看更多", "熱門(?:新聞|文章)",
    "其他人也在看", "點我看更多", "猜你喜歡",
)  # fmt: skip
PROSE_END = "[^\n]*[。；;，][」』”’）)]*$"
LINKS = by_line(rf"^[\W_]{{0,4}}{HEADINGS}(?!{PROSE_END}).*$")
HEADLINE = re.compile(r"^(?![^\n]*[。；;，：:][」』”’）)]*$)[^\n]{1,70}$")

WARNED = any_of(
    "提醒[您你]", "[小貼溫]心?馨?提醒", "珍[愛惜]", "以上(?:言論|內容|資[料訊]|純屬|僅)", "免責", "聲明[：:]",
    "本文", "飲酒", "酒駕", "未滿1?8歲", "吸菸", "自殺", "投資(?:一定)?有", "投資人(?:申購|應)", "不代表", "專線", "警語", "原文",
    "推定", "民俗說法",
)  # fmt: skip
WARNING = any_of(
    "珍[惜愛]生命[，,、 ]", "飲酒過量[，,、 ]?(?:有|害|礙)", "未滿1?8歲(?:者)?[，,]?(?:請勿|禁止|不得)",
    "禁止酒駕", "酒後不開車", "投資一定有風險", "免責聲明[：:]", "警語[：:]", "請繼續往下閱讀", "記者爆料網",
    "(?:安心|自殺防治)專線[：:0-9]",
)  # fmt: skip
NOTICE = by_line(rf"^[（(]?(?:[※◎☛＊☎]\s?[^\n]{{0,24}}?{WARNED}|[●★■◆▍]?\s?{WARNING})[^\n]{{0,200}}$")

FORBIDDEN = any_of(
    "未經(?:授權|同意|許可)[，,]?\\s?(?:請勿|不得|禁止|嚴禁)",
    "(?:請勿|禁止|不得|嚴禁)(?:任意)?(?:轉載|抄襲)[^\n]{0,16}$",
    "[Aa]ll [Rr]ights [Rr]eserved", "[Cc]opyright ?[©(]", "©",
)  # fmt: skip
LENT = any_of("授權", "轉載自", "刊載於", "原文出處", "出自")
RIGHTS = by_line(
    rf"^[^\n。]{{0,40}}{FORBIDDEN}[^\n]{{0,60}}$|^[^\n。，]{{0,12}}(?:版權|著作權)所有[^\n。]{{0,60}}[。]?$"
    rf"|^[（(◎※]?\s?(?:本文|本篇|文章)[^\n。，]{{0,24}}{LENT}[^\n。]{{0,60}}[。）)]{{0,2}}$"
)

EDITOR = any_of("責任編輯", "编辑", "編輯", "編譯", "譯者", "審稿", "核稿")
SIGNED = by_line(
    rf"[（(]{EDITOR}[：:／/][^（）()\n]{{1,40}}[）)]\s?\d{{0,8}}$"
    r"|^(?:責任編輯|責任主編|核稿編輯|編輯)[：:／/][^\n。]{1,24}$"
)

JOIN_US = any_of(
    r"加入\s?LINE", r"LINE\s?好友", "粉絲專頁", "粉絲團", "電子報", r"下載\s?A[Pp][Pp]", "小鈴鐺",
    r"Google\s?新聞\s?追蹤",
    r"掃描\s?QR", "立即下載", "點我(?:看|下載|加入)", "立即點擊",
)  # fmt: skip
PROMOTION = by_line(rf"^[^\n]{{0,40}}{JOIN_US}[^\n。]{{0,40}}[！!」]?$")

WHO = any_of("提供", "攝影", "翻攝", "攝", "資料照片", "資料照", "資料畫面", "生成圖", "生成", "合成", "授權")
PICTURE = "(?<![地意企試力版藍構貼附插截海拼掛繪畫製])(?:圖片|圖|照片|影片|影像|資料照)"
CREDIT = by_line(
    rf"{PICTURE}\s?[／/]\s?(?:(?:翻攝|取材|取|截|摘)自[^。，\n]{{1,30}}$|[^。，、：\n／/]{{0,24}}?{WHO}|[^。，\n]{{1,40}}$)"
    rf"|(?:特派員|記者|攝影)\s?[\u4e00-\u9fff]{{2,4}}\s?[／/]\s?{WHO}"
    rf"|(?<=[。！？」])[^。，！？\n／/「」]{{2,16}}[／/]\s?{WHO}$"
)
TAKEN = any_of(
    "圖片來源", "照片來源", "圖文", "圖片", "圖[：:／/]", "照片", "資料照片?", "示意圖", "美聯社", "路透社?", "法新社",
    "取材自", "取自", "翻攝自?", "截自", "攝影",
)  # fmt: skip
BRACKETED = re.compile(
    rf"[（(]{TAKEN}\s?[^（）()\n。]{{0,40}}[）)]"
    r"|[（(][^（）()\n。，]{0,24}(?:攝影?|資料照片?|記者[^（）()\n。，]{2,4}提供|翻攝[^（）()\n。，]{0,12})[）)]"
)
MARKED = by_line(r"^[▲△▼▽↑↓◀▶►](?=[^\n]{1,160}$).*$|^(?:圖說|圖片說明|照片說明|圖為)[：:／/][^\n]{1,160}$")
CAPTION = re.compile(r"(?:^|(?<=[。！？!?」』）]))[^。！？!?\n]{1,120}[。！？!?」』）]{0,3}$")

READ_ON = any_of("閱讀(?:全文|更多|完整)", "阅读全文", "(?:觀?看|解鎖)全文", "繼續閱讀", "完整(?:內容|文章)")
MEMBERS = any_of("會員", "会员", "訂戶", "訂閱(?:用戶|者)")
PAYWALL = re.compile(
    rf"{READ_ON}|全文未完|免費閱讀篇數|(?:本文|本篇|此文)[^\n。，]{{0,6}}{MEMBERS}"
    rf"|限[^\n。，]{{0,4}}{MEMBERS}(?:閱讀|觀看)|{MEMBERS}(?:專屬|专属|限定)(?:文章|內容|新聞|報導|閱讀|[^\n。，]{{0,4}}$)"
    rf"|(?:訂閱|加入|登入|成為)[^\n。]{{0,12}}{READ_ON}"
)
STUB = re.compile(
    r"(?:…+|⋯+|\.{3}|more)[\s>»]*(?:[\[【（(]?(?:閱讀全文|看全文|繼續閱讀|詳全文|全文|更多)[\]】）)]?)?[\s>»]*$"
)

HEADS = any_of(
    "(?:生成)?(?:新聞)?摘要", "核心要素", "三元組", "答案", "回答", "輸出", "Summary", "Output", "Answer", "###[^\n]*"
)
WISHES = any_of(
    r"希望這(?:些|個|份)?[^\n。]{0,12}(?:幫助|有用|滿足)", r"希望(?:以上|我的)[^\n。]{0,20}(?:幫助|滿足)",
    r"如果?[您你]?[^\n。]{0,16}(?:需要|有任何)[^\n。]{0,20}(?:請告訴我|請隨時|隨時告訴我|歡迎提出)",
    r"以上(?:是|為)[^\n。]{0,16}(?:摘要|內容|回答)", r"請(?:注意|提供)[^\n。]{0,10}(?:此|上述|新聞)摘要",
)  # fmt: skip
JUNK_LINE = re.compile(
    rf"^{HEADS}\s?[：:]?\s?$|^{WISHES}[^\n]{{0,40}}$|^(?:<\|?(?:im_end|endoftext|/?s|assistant|user)\|?>|```)\s?$"
)
HELPS = r"希望這(?:些|個|份)?[^\n。]{0,14}(?:對[您你]有(?:所)?幫助|能?(?:夠|以)?幫助[您到你]|有所幫助)[^\n]{0,20}"
JUNK_END = re.compile(rf"(?<=[。！？!?」])\s?(?:{HELPS}|(?:生成)?(?:新聞)?摘要[：:])$")
ASSISTANT = re.compile(
    r"(?:作為|身為)(?:一個|一名)?\s?(?:AI|人工智慧|人工智能)(?:語言)?(?:模型|助理|助手)[，,]?\s?我"
    "|As an AI language model"
)
