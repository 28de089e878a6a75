r"""How much of what was written is Traditional Chinese, and how much of its wording is Taiwan's.

    >>> values_of("他使用軟體。这是软件。", "detect")["zhtw_sentence_share"]
    0.5

Mode `detect` asks `data_builders.zhtw.detect`: a text counts as Traditional when it holds Chinese and nothing in it
speaks for Simplified (`zhtw_share`); `zhtw_sentence_share` is the mean share of such sentences among a text's Chinese
sentences, each judged by itself. A text without Chinese, empty or Latin or Japanese, counts as 0 in both.

Mode `s2twp` is the published study's figure, kept to compare with its tables and nothing else: a text counts when it
equals its own OpenCC s2twp conversion. It calls 10.9 % of human Taiwanese articles not Traditional, and an English or
empty reply Traditional.

`zhtw_mainland_rate` is how many words of Mainland usage (軟件, 視頻) `zhtw.lint` finds in 1,000 characters.
"""

import re
from collections.abc import Sequence
from importlib.metadata import version

from data_builders.zhtw.convert import SENTENCE, converter
from data_builders.zhtw.detect import script
from data_builders.zhtw.wording import lint
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
    metrics = {}
    for name in names:
        how = f"mode:{mode}|{with_what}" + ("|unit:per-1000-characters" if name == "zhtw_mainland_rate" else "")
        metrics[name] = mean_of([one[name] for one in values.values()], name, how, values, note)
    return Scores(metrics, values)


def values_of(text: str, mode: ZhtwMode) -> dict[str, float]:
    """Return the values of one text."""
    if mode == "s2twp":
        return {"zhtw_share": float(converter("s2twp").convert(text) == text)}
    sentences = [one for one in SENTENCE.findall(text) if is_chinese(one)]
    good = sum(map(is_traditional, sentences))
    size = len("".join(text.split()))
    return {
        "zhtw_share": float(is_chinese(text) and is_traditional(text)),
        "zhtw_sentence_share": good / len(sentences) if sentences else 0.0,
        "zhtw_mainland_rate": 1000 * len(lint(text)) / size if size else 0.0,
    }


def is_chinese(sentence: str) -> bool:
    """Tell whether a sentence is written in Chinese: it has Han characters, and not fewer than kana."""
    han = len(HAN.findall(sentence))
    return han > 0 and han >= len(KANA.findall(sentence))


def is_traditional(sentence: str) -> bool:
    """Tell whether nothing in a Chinese text speaks for Simplified."""
    return script(sentence) in {"traditional", "neither"}
