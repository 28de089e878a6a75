r"""Find Moses corpora in a folder: plain text files that belong together by name, one sentence a line.

    news.en-zh.en + news.en-zh.zh_tw          ->  Bitext("news.en-zh", en, zh_TW)
    talks.en + talks.ja + talks.zh_hant       ->  three bitexts of "talks"

The ending names the language: `.en`, `.ja`, and `.zh_tw`, `.zh_hant` or `.zh` for Chinese, in either case and with `-`
for `_`. What stands before it is the corpus's name. Where a corpus has several Chinese files the most Taiwanese is
taken. A line ends at "\n" and nowhere else: some corpora hold U+2028 or a lone "\r" inside a sentence, and what counts
those as line ends pairs every later sentence wrongly.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice
from pathlib import Path

from data_builders.errors import InputError
from data_builders.jsonl import unreadable
from data_builders.tasks.translation.schema import LANGUAGES, Bitext, Found, Language, Side

ENDINGS: dict[str, Language] = {"en": "en", "ja": "ja", "zh_tw": "zh_TW", "zh_hant": "zh_TW", "zh": "zh_TW"}
PREFERRED = list(ENDINGS)
NAMES = "files of one name ending in two of .en .ja .zh .zh_tw .zh_hant"
BLOCK = 1 << 20
MARK = b"\xef\xbb\xbf"


def find(folder: Path) -> Found:
    """Return the bitexts of a folder; none, or one whose files have not as many lines each, is an InputError."""
    named: dict[str, dict[Language, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for path in listed(folder):
        stem, _, ending = path.name.rpartition(".")
        language = ENDINGS.get(plain(ending))
        if stem and language:
            named[stem][language].append(path)
    bitexts: list[Bitext] = []
    taken: set[Path] = set()
    for stem, files in sorted(named.items()):
        sides = [Side(language, min(files[language], key=rank)) for language in LANGUAGES if files.get(language)]
        for left, right in combinations(sides, 2):
            bitexts.append(Bitext(stem, left, right, lines_of(left.path, right.path)))
            taken |= {left.path, right.path}
    alone = tuple(
        sorted(path for files in named.values() for some in files.values() for path in some if path not in taken)
    )
    if not bitexts:
        found = ", ".join(path.name for path in alone[:4]) or "none of them"
        raise InputError(str(folder), NAMES, found, "name the folder that holds both files of a corpus")
    return Found(tuple(bitexts), alone)


def listed(folder: Path) -> list[Path]:
    """Return the files of a folder in the order of their names."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except NotADirectoryError as error:
        raise InputError(
            str(folder), f"a folder with {NAMES}", "a file", f"name its folder, {folder.parent}"
        ) from error
    except OSError as error:
        raise unreadable(folder, error) from error


def plain(ending: str) -> str:
    """Return an ending in the form of `ENDINGS`."""
    return ending.lower().replace("-", "_")


def rank(path: Path) -> tuple[int, str]:
    """Return which of several files of one language comes first."""
    return PREFERRED.index(plain(path.suffix[1:])), path.name


def lines_of(one: Path, other: Path) -> int:
    """Return how many lines two files have, the same number each, or say both numbers."""
    counts = count(one), count(other)
    if counts[0] != counts[1]:
        found = f"{counts[0]} lines in {one.name} and {counts[1]} lines in {other.name}"
        then = "mend the shorter one: from the first missing line on, every pair would be wrong"
        raise InputError(f"{one} and {other}", "as many lines in one as in the other", found, then)
    return counts[0]


def count(path: Path) -> int:
    """Return how many lines a file has; the last one may lack its line end."""
    ends, last = 0, b"\n"
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                ends, last = ends + block.count(b"\n"), block[-1:]
    except OSError as error:
        raise unreadable(path, error) from error
    return ends + (last != b"\n")


def blocks(bitext: Bitext, size: int) -> Iterator[tuple[int, list[bytes], list[bytes]]]:
    """Yield (number of the first line, lines of the left, lines of the right), `size` lines at a time."""
    with bitext.left.path.open("rb") as left, bitext.right.path.open("rb") as right:
        first = 1
        while ours := list(islice(left, size)):
            theirs = list(islice(right, size))
            if first == 1:
                ours[0], theirs[0] = ours[0].removeprefix(MARK), theirs[0].removeprefix(MARK)
            yield first, ours, theirs
            first += len(ours)
