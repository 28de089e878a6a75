r"""jieba.cut to the last token, several times as fast: the same dictionary, the same sums, another loop.

    >>> cut("臺北101大樓今天停電。")
    ['臺', '北', '101', '大樓', '今天', '停電', '。']

jieba 0.42.1 finds the most probable path through its dictionary's words from the end of a block to its start, and
hands every run of left-over single characters to a hidden Markov model. Both are kept with jieba's own numbers in
jieba's own order of additions, so rounding and ties (the longer word, the later letter of BMES) fall the same way. What
is saved: a logarithm for each word of each path (taken once, at loading), two passes and a list for each character,
and the path that the model copied at every step. `tests/eval/test_jieba_words.py` compares the two, token by token.

Measured on 232,000 characters of news by `python -m benchmarks.rouge_speed`; rjieba, in Rust, is faster still but cuts
Latin words with `-`, `.` and `_` in them otherwise, so it is a mode of its own and not a stand-in.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from math import log

HAN = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")
SPACE = re.compile(r"(\r\n|\s)")
RUN = re.compile(r"([\u4E00-\u9FD5]+)")
LATIN = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")

# Each word's log-probability; None for a string that only begins words.
Weights = dict[str, float | None]
Emissions = dict[str, tuple[float, float, float, float]]  # of B, M, E, S
NEVER = -3.14e100


def cut(text: str) -> list[str]:
    """Return the tokens that `list(jieba.cut(text))` gives, white space kept."""
    block_words = cutter()
    found: list[str] = []
    for place, block in enumerate(HAN.split(text)):
        if place % 2:
            found += block_words(block)
        elif block:
            for part in SPACE.split(block):
                if SPACE.match(part):
                    found.append(part)
                else:
                    found += part
    return found


def is_word(text: str) -> bool:
    """Tell whether jieba's dictionary has a word."""
    return load()[0].get(text) is not None


@cache
def cutter() -> Callable[[str], list[str]]:
    """Return what cuts one block of word characters; the dictionary is loaded once."""
    weights, unknown = load()

    def block_words(block: str) -> list[str]:
        """Walk the best path; runs of single characters go to the model unless the run is a word itself."""
        ends = best_ends(block, weights, unknown)
        found: list[str] = []
        place = begin = 0  # block[begin:place] is the run of single characters so far
        size = len(block)
        while place < size:
            end = ends[place]
            if end - place > 1:
                if begin < place:
                    found += left_over(block[begin:place], weights)
                found.append(block[place:end])
                begin = end
            place = end
        if begin < size:
            found += left_over(block[begin:], weights)
        return found

    return block_words


def best_ends(block: str, weights: Weights, unknown: float) -> list[int]:
    """Return, for each place of a block, where the best path's word ends that starts there."""
    size = len(block)
    best = [0.0] * (size + 1)
    ends = list(range(1, size + 1))
    known = weights.get
    for start in range(size - 1, -1, -1):
        after = start + 1
        weight = known(block[start], 0.0)
        if weight == 0.0:  # no word has this probability: nothing begins with the character
            best[start] = unknown + best[after]
            continue
        top = NEVER if weight is None else weight + best[after]
        word = end = after
        while (end := end + 1) <= size:
            weight = known(block[start:end], 0.0)
            if weight is None:
                continue
            if weight == 0.0:
                break
            score = weight + best[end]
            if score >= top:
                top, word = score, end
        if top == NEVER:
            top = unknown + best[after]
        best[start] = top
        ends[start] = word
    return ends


def left_over(run: str, weights: Weights) -> list[str] | tuple[str, ...]:
    """Return the words of a run of characters that no dictionary word joined."""
    if len(run) == 1:
        return [run]
    if weights.get(run) is not None:  # a word that lost against its own characters
        return list(run)
    found: list[str] = []
    for place, part in enumerate(RUN.split(run)):
        if place % 2:
            found += tagged(part)
        elif part:
            found += [piece for piece in LATIN.split(part) if piece]
    return found


@lru_cache(maxsize=65536)
def tagged(run: str) -> tuple[str, ...]:
    """Return the words of a run of Han characters by the hidden Markov model's best path."""
    found: list[str] = []
    begin = following = 0
    for place, tag in enumerate(best_tags(run)):
        if tag == 0:
            begin = place
        elif tag == 2:
            found.append(run[begin : place + 1])
            following = place + 1
        elif tag == 3:
            found.append(run[place])
            following = place + 1
    if following < len(run):
        found.append(run[following:])
    return tuple(found)


def best_tags(run: str) -> list[int]:
    """Return the most probable state of each character: 0 Begin, 1 Middle, 2 End, 3 Single."""
    start, trans, emissions = model()
    none = (NEVER, NEVER, NEVER, NEVER)
    emit = emissions.get(run[0], none)
    b, m, e, s = (one + other for one, other in zip(start, emit, strict=True))
    be, bm, eb, es, me, mm, sb, ss = trans
    back: list[tuple[int, int, int, int]] = []  # for each state, the place in BMES of the one before it
    known = emissions.get
    for character in run[1:]:
        to_b, to_m, to_e, to_s = known(character, none)
        # The sums in jieba's order, (before + transition) + emission, so that rounding swallows the same digits;
        # of two equal ones jieba takes the later letter.
        from_s, from_e = s + sb + to_b, e + eb + to_b
        new_b, before_b = (from_s, 3) if from_s >= from_e else (from_e, 2)
        from_m, from_b = m + mm + to_m, b + bm + to_m
        new_m, before_m = (from_m, 1) if from_m >= from_b else (from_b, 0)
        from_m, from_b = m + me + to_e, b + be + to_e
        new_e, before_e = (from_m, 1) if from_m >= from_b else (from_b, 0)
        from_s, from_e = s + ss + to_s, e + es + to_s
        s, before_s = (from_s, 3) if from_s >= from_e else (from_e, 2)
        b, m, e = new_b, new_m, new_e
        back.append((before_b, before_m, before_e, before_s))
    state = 3 if s >= e else 2
    tags = [state]
    for step in reversed(back):
        state = step[state]
        tags.append(state)
    return tags[::-1]


@cache
def load() -> tuple[Weights, float]:
    """Return the weights of jieba's own dictionary, which no other code's `add_word` can change, and an unknown's."""
    import logging
    import warnings

    with warnings.catch_warnings():
        # jieba 0.42.1 imports pkg_resources and has unescaped regexes; its last release is from 2020.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    fresh = jieba.Tokenizer()
    fresh.initialize()
    frequencies: dict[str, int] = fresh.FREQ
    total = log(fresh.total)
    logs = {count: log(count) - total for count in set(frequencies.values()) if count}
    return {word: logs.get(count) for word, count in frequencies.items()}, log(1) - total


@cache
def model() -> tuple[tuple[float, ...], tuple[float, ...], Emissions]:
    """Return jieba's hidden Markov model: starts, transitions as best_tags names them, emissions by character."""
    from jieba.finalseg import emit_P, start_P, trans_P

    arcs = ("BE", "BM", "EB", "ES", "ME", "MM", "SB", "SS")
    b, m, e, s = (emit_P[state] for state in "BMES")
    characters = {character for state in "BMES" for character in emit_P[state]}
    emissions: Emissions = {
        one: (b.get(one, NEVER), m.get(one, NEVER), e.get(one, NEVER), s.get(one, NEVER)) for one in characters
    }
    return tuple(start_P[state] for state in "BMES"), tuple(trans_P[arc[0]][arc[1]] for arc in arcs), emissions
