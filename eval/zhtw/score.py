r"""How much of what was written is Traditional Chinese, and how much of its wording is Taiwan's.

    >>> values_of("他使用軟體。这是软件。", "detect")["zhtw_sentence_share"]
    0.5

Mode `detect` asks `data_builders.zhtw.detect`: a text counts as Traditional when it holds Chinese and no sentence of it
is Simplified or mixed (`zhtw_share`); `zhtw_sentence_share` is the mean share of such sentences among a text's Chinese
sentences. A text without Chinese, empty or Latin or Japanese, is not Traditional Chinese and counts as 0.

Mode `s2twp` is the published study's figure, kept to compare with its tables and nothing else: a text counts when it
equals its own OpenCC s2twp conversion. It calls 10.9 % of human Taiwanese articles not Traditional, and an English or
empty reply Traditional.

`zhtw_mainland_rate` is how many words of Mainland usage (軟件, 視頻) `zhtw.lint` finds in 1,000 characters.
"""

import re
from collections.abc import Sequence
from importlib.metadata import version

from data_builders.zhtw.convert import SENTENCE, converter
from data_builders.zhtw.detect import is_simplified, script
from eval.schema import Pair, Scores, ZhtwMode
from eval.signature import mean_of, some
from eval.texts import checked

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")


def scores_of(pairs: Sequence[Pair], mode: ZhtwMode = "detect", note: str = "") -> Scores:
    """Return the shares in 0..1; a reference or an article is not looked at."""
    some(pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction)
    values = {pair.id: values_of(pair.prediction, mode) for pair in pairs}
    with_what = f"opencc:{version('opencc')}" if mode == "s2twp" else "avg:text"
    names = list(next(iter(values.values())))
    how = f"mode:{mode}|{with_what}"
    metrics = {name: mean_of([one[name] for one in values.values()], name, how, values, note) for name in names}
    return Scores(metrics, values)


def values_of(text: str, mode: ZhtwMode) -> dict[str, float]:
    """Return the values of one text."""
    if mode == "s2twp":
        return {"zhtw_share": float(converter("s2twp").convert(text) == text)}
    sentences = [one for one in SENTENCE.findall(text) if is_chinese(one)]
    good = [one for one in sentences if is_traditional(one)]
    whole = bool(sentences) and len(good) == len(sentences)
    return {"zhtw_share": float(whole), "zhtw_sentence_share": len(good) / len(sentences) if sentences else 0.0}


def is_chinese(sentence: str) -> bool:
    """Tell whether a sentence is written in Chinese: it has Han characters, and not fewer than kana."""
    han = len(HAN.findall(sentence))
    return han > 0 and han >= len(KANA.findall(sentence))


def is_traditional(sentence: str) -> bool:
    """Tell whether a Chinese sentence holds nothing that speaks for Simplified."""
    return not is_simplified(sentence) and script(sentence) != "mixed"
