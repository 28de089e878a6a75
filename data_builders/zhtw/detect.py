"""Tell Simplified from Traditional, and say by which characters.

    >>> script("这是软件"), script("這是軟體"), script("他在台北"), script("他說：「这是软件」")
    ('simplified', 'traditional', 'neither', 'mixed')
    >>> evidence("他說：「这是软件」", "simplified"), evidence("他說：「这是软件」", "traditional")
    ('这软', '說')

Four kinds of evidence, tables beside this file (`tables`):

- a *Simplified-only* character (软) or a *Traditional-only* one (軟): OpenCC maps it, and never to itself. Shapes that
  Taiwan's papers, names and Hong Kong's print have too (悦, 恒, 峰, 税) are neither (`variants.tsv`).
- a *shared* character that Taiwan's papers write otherwise (价, 据, 后 outside 皇后), and a *word* of shared characters
  (以后, 干净): only in a text without one Traditional-only character, where nothing speaks against it.
- Japanese has 国, 学, 会 in common with Simplified: such a character is none in a stretch with kana, nor beside a
  shape that only Japanese has (黒沢), nor in a text where kana stand and nothing else is Simplified.

A text is judged as one: give sentences one by one to learn about each. Measured in benchmarks/zhtw.md.
"""

import re
from functools import cache
from typing import Literal, NamedTuple

from data_builders.zhtw.tables import characters, phrases, shared

Script = Literal["simplified", "traditional", "mixed", "neither"]
Standard = Literal["simplified", "traditional"]

SIMPLIFIED = frozenset(characters()["simplified"])
TRADITIONAL = frozenset(characters()["traditional"])
# Classes of the basic plane alone: one character beyond it makes Python's `re` three hundred times slower.
BEYOND = re.compile("[\U00010000-\U0003ffff]")
SIMPLIFIED_BASIC = re.compile(f"[{BEYOND.sub('', characters()['simplified'])}]")
TRADITIONAL_BASIC = re.compile(f"[{BEYOND.sub('', characters()['traditional'])}]")
KANA = re.compile("[ぁ-ゖァ-ヺｦ-ﾝ]")
TWO_KANA = re.compile("[ぁ-ゖァ-ヺｦ-ﾝ][^ぁ-ゖァ-ヺｦ-ﾝ]*[ぁ-ゖァ-ヺーｦ-ﾝ]")
JAPANESE = re.compile(f"[{characters()['japanese']}]")
SHINJITAI = frozenset(characters()["shinjitai"])
STRETCH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffぁ-ゖァ-ヺー々〆ヶ・ｦ-ﾝ]+")


class Found(NamedTuple):
    """Where the evidence stands: positions of what is Simplified, and of what is Traditional."""

    simplified: tuple[int, ...]
    traditional: tuple[int, ...]


@cache
def shared_words() -> dict[str, bool]:
    """Return words and characters of both scripts: True for those that speak for Simplified, False for Traditional."""
    rights = {word: False for words in shared().values() for word in words}
    return dict.fromkeys((*phrases(), *shared()), True) | rights


@cache
def shared_lengths() -> dict[str, tuple[int, ...]]:
    """Return, for each first character of `shared_words`, the lengths to try, longest first."""
    lengths: dict[str, set[int]] = {}
    for word in shared_words():
        lengths.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}


def find(text: str) -> Found:
    """Return where the evidence of both standards stands in `text`."""
    found = find_own(text)
    if found.traditional:
        return found
    return Found(tuple(sorted({*found.simplified, *shared_places(text)})), ())


def find_own(text: str) -> Found:
    """Return where the characters stand that only one of the standards has."""
    simplified = [place for place, character in enumerate(text) if character in SIMPLIFIED]
    traditional = [place for place, character in enumerate(text) if character in TRADITIONAL]
    if (simplified or traditional) and (KANA.search(text) or JAPANESE.search(text)):
        simplified, traditional = without_japanese(text, simplified, traditional)
    return Found(tuple(simplified), tuple(traditional))


def shared_places(text: str) -> list[int]:
    """Return where shared characters and words speak for Simplified; the longest word at a place decides."""
    words, lengths = shared_words(), shared_lengths()
    places: list[int] = []
    start = 0
    while start < len(text):
        sizes = (size for size in lengths.get(text[start], ()) if start + size <= len(text))
        size = next((size for size in sizes if text[start : start + size] in words), 0)
        if size and words[text[start : start + size]]:
            places.extend(range(start, start + size))
        start += size or 1
    return [] if places and TWO_KANA.search(text) else places


def without_japanese(text: str, simplified: list[int], traditional: list[int]) -> tuple[list[int], list[int]]:
    """Return the positions that are no Japanese writing."""
    kana, both = set[int](), set[int]()
    for stretch in STRETCH.finditer(text):
        if KANA.search(stretch.group()) or JAPANESE.search(stretch.group()):
            kana.update(range(*stretch.span()))
        if TWO_KANA.search(stretch.group()):
            both.update(range(*stretch.span()))
    left = [place for place in simplified if place not in kana or text[place] not in SHINJITAI]
    if TWO_KANA.search(text) and all(text[place] in SHINJITAI for place in left):
        left = []
    if any(place in both for place in left):
        return left, traditional
    return left, [place for place in traditional if place not in both]


def evidence(text: str, standard: Standard) -> str:
    """Return the characters of `text` that speak for `standard`, in order, repeats included."""
    return "".join(text[place] for place in getattr(find(text), standard))


def script(text: str) -> Script:
    """Return the script that the characters of `text` speak for."""
    if plainly_traditional(text):
        return "traditional"
    found = decided(text)
    if found.simplified:
        return "mixed" if found.traditional else "simplified"
    return "traditional" if found.traditional else "neither"


def is_simplified(text: str) -> bool:
    """Tell whether `text` is written in Simplified: more speaks for it than for Traditional."""
    if plainly_traditional(text):
        return False
    found = decided(text)
    return len(found.simplified) > len(found.traditional)


def plainly_traditional(text: str) -> bool:
    """Tell, fast, whether a text has Traditional-only characters of the basic plane and no Simplified-only ones."""
    if SIMPLIFIED_BASIC.search(text) or not TRADITIONAL_BASIC.search(text):
        return False
    return not BEYOND.search(text) or SIMPLIFIED.isdisjoint(text)


def decided(text: str) -> Found:
    """Return enough evidence to decide: shared characters only where nothing else speaks."""
    found = find_own(text)
    return found if found.simplified or found.traditional else find(text)
