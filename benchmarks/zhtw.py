"""Scripts and wording, beside other ways to tell and to convert them, on the same sentences, in one run.

    python -m benchmarks.zhtw --news ../shared/data/udn_news_196.jsonl --field article \
        --cases ../shared/data/opencc/testcases_strict.json --peers PEERS/lib/python3.11/site-packages \
        --old-opencc OLD/bin/python

Human sentences are the file's, as they stand. Converted ones are the same through OpenCC's t2s, tw2s and tw2sp, those
left out that it does not change. A sentence is *flagged* when a method calls it Simplified or mixed. `--peers` is a
folder with hanzidentifier and zhconv, `--old-opencc` a Python with OpenCC 1.2.0; what is absent is left out.
"""

import argparse
import hashlib
import json
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from data_builders.zhtw.convert import SENTENCE, to_taiwan
from data_builders.zhtw.detect import script
from data_builders.zhtw.engine import converter
from data_builders.zhtw.spelling import to_simplified
from data_builders.zhtw.wording import lint

Flag = Callable[[str], bool]
CLAUSE = re.compile(r"[^，、；：。！？\n]+[，、；：。！？]*")
CONFIGS = ("t2s", "tw2s", "tw2sp")
ARTICLE = 700
ROUNDS = 7
# Human Traditional text with something in it that a careless test takes for Simplified, and Simplified in one word.
HARD = """曹恒榮|方文珉|林悦|王喆|陳堃|林峯|李晧|看着|甚麽|羣眾|裏面|説話|鋭利|税率|佳肴|新庄里長
皇后|影后|后里|茶几|人云亦云|面子|台北|臺北
范姜先生|于美人|余年幼|姜母鴨|松山|斗六|谷口|征戰|郁方|系上|制度|批准|公布|占比|家具|了解|下周二|食欲不佳|岳母|游泳池|𠮷野家|𨋢
今日は国会に来ました|「国会へ行く」他說|大谷の写真、会社の員|「国宝」と「学校」という映画|黒沢明"""
ONE = (
    "这|国|说|发|时|们|会|对|为|经|过|还|让|长|见|开|关|学|车|东|马|语|问|间|应|"
    "万元|价格|以后|里面|干净吧|几点|党员|确实|根据|适合"
)


def gb_not_big5(text: str) -> bool:
    """Tell whether a character is in GB2312 and not in Big5, the project's first cut."""
    return any(encodes(c, "gb2312") and not encodes(c, "big5") for c in text if "\u4e00" <= c <= "\u9fff")


def encodes(character: str, charset: str) -> bool:
    """Tell whether a legacy character set holds the character."""
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def methods() -> dict[str, Flag]:
    """Return what is compared: name -> does it call this text Simplified or mixed."""
    to_taiwan_words, to_traditional = converter("s2twp"), converter("s2t")
    found: dict[str, Flag] = {
        "zhtw.detect": lambda text: script(text) in {"simplified", "mixed"},
        "s2twp(x) != x": lambda text: to_taiwan_words.convert(text) != text,
        "s2t(x) != x": lambda text: to_traditional.convert(text) != text,
        "in GB2312, not in Big5": gb_not_big5,
    }
    try:
        hanzi = import_module("hanzidentifier")
    except ImportError:
        return found
    found["hanzidentifier"] = lambda text: hanzi.identify(text) in {hanzi.SIMPLIFIED, hanzi.MIXED}
    return found


def share(flag: Flag, texts: list[str]) -> str:
    """Return the share that is flagged, in percent, with the count."""
    count = sum(map(flag, texts))
    return f"{100 * count / len(texts):.2f} % ({count}/{len(texts)})"


def detection(articles: list[str]) -> Iterator[str]:
    """Yield the table of detection."""
    sentences = [part.strip() for text in articles for part in SENTENCE.findall(text) if part.strip()]
    clauses = [part.strip() for text in articles for part in CLAUSE.findall(text) if part.strip()]
    columns: dict[str, list[str]] = {"human sentences": sentences, "human clauses": clauses}
    for config in CONFIGS:
        for name, parts in (("sentences", sentences), ("clauses", clauses)):
            made = [(part, converter(config).convert(part)) for part in parts]
            columns[f"{config} {name}"] = [after for before, after in made if after != before]
    columns["hard human words"] = HARD.replace("\n", "|").split("|")
    columns["one Simplified word"] = ONE.split("|")
    joined = "\n".join(articles)
    blocks = [joined[start : start + ARTICLE] for start in range(0, len(joined), ARTICLE)]
    flags = methods()
    yield "| flagged | " + " | ".join(flags) + " |"
    yield "|---|" + "--:|" * len(flags)
    for column, texts in columns.items():
        yield f"| {column} | " + " | ".join(share(flag, texts) for flag in flags.values()) + " |"
    times = " | ".join(f"{milliseconds(flag, blocks):.4f}" for flag in flags.values())
    yield f"| ms per {ARTICLE} characters, human | {times} |"
    simplified = [converter("t2s").convert(block) for block in blocks]
    times = " | ".join(f"{milliseconds(flag, simplified):.4f}" for flag in flags.values())
    yield f"| ms per {ARTICLE} characters, converted | {times} |"


def milliseconds(flag: Flag, texts: list[str]) -> float:
    """Return the median over rounds of the time for a text."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            flag(text)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken) / len(texts)


def conversion(articles: list[str]) -> Iterator[str]:
    """Yield what becomes of human articles that are sent to Simplified and back."""
    ways: dict[str, Callable[[str], str]] = {
        "to_taiwan": lambda text: to_taiwan(text, from_simplified=True),
        "s2twp": converter("s2twp").convert,
        "s2tw": converter("s2tw").convert,
    }
    yield "| articles to Simplified and back | " + " | ".join(ways) + " | to_taiwan(article=…) |"
    yield "|---|" + "--:|" * (len(ways) + 1)
    shapes = [to_simplified(text) for text in articles]
    back = [[way(shape) for shape in shapes] for way in ways.values()]
    back.append([to_taiwan(s, from_simplified=True, article=a) for s, a in zip(shapes, articles, strict=True)])
    wrong = [differing(articles, made) for made in back]
    yield "| per 10,000 characters not as they were | " + " | ".join(f"{each:.1f}" for each in wrong) + " |"
    kept = [sum(a == b for a, b in zip(articles, made, strict=True)) for made in back]
    yield "| articles to the byte as they were | " + " | ".join(map(str, kept)) + " |"
    straight = [sum(way(text) != text for text in articles) for way in (to_taiwan, *list(ways.values())[1:])]
    yield "| Traditional articles changed when converted as they stand | " + " | ".join(map(str, straight)) + " | - |"
    yield ""
    parts = [part for text in articles for part in SENTENCE.findall(text)]
    halves = [part[: len(part) // 2] + to_simplified(part[len(part) // 2 :]) for part in parts]
    texts = [*parts, *map(to_simplified, parts), *halves]
    again = sum(to_taiwan(once) != once for once in map(to_taiwan, texts))
    yield f"Converted twice differs from once on {again} of {len(texts)} sentences (human, converted, half converted)."


def differing(before: list[str], after: list[str]) -> float:
    """Return the characters of every 10,000 that are not the same, in articles whose length is."""
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if len(a) == len(b)]
    wrong = sum(x != y for a, b in pairs for x, y in zip(a, b, strict=True))
    return 10_000 * wrong / sum(len(a) for a, _ in pairs)


OFFICIAL = """
import json, sys, opencc
counts = {}
for case in json.load(sys.stdin)["cases"]:
    for config, wanted in case["expected"].items():
        if config in ("s2t", "s2tw", "s2twp"):
            passed, asked = counts.get(config, (0, 0))
            counts[config] = passed + (opencc.OpenCC(config).convert(case["input"]) == wanted), asked + 1
print(", ".join(f"{name} {passed} of {asked}" for name, (passed, asked) in sorted(counts.items())))
"""


def official(cases: Path, pythons: dict[str, str]) -> Iterator[str]:
    """Yield how many of OpenCC's official cases each version passes, and how many to_taiwan does."""
    text = cases.read_text(encoding="utf-8")
    for name, python in pythons.items():
        said = subprocess.run([python, "-c", OFFICIAL], input=text, capture_output=True, text=True, check=True)
        yield f"- {name}: {said.stdout.strip()}"
    passed = asked = 0
    for case in json.loads(text)["cases"]:
        config = next((name for name in ("s2twp", "s2tw", "s2t") if name in case["expected"]), "")
        if config:
            wanted = case["expected"][config]
            asked += 1
            passed += to_taiwan(case["input"], from_simplified=True) == (
                converter("t2tw").convert(wanted) if config == "s2t" else wanted
            )
    yield f"- to_taiwan: {passed} of {asked} cases (reasons: tests/data_builders/data/opencc_differences.tsv)"


def wording(articles: list[str]) -> Iterator[str]:
    """Yield how often lint speaks on human articles, and how much of what others list it finds."""
    characters = sum(map(len, articles))
    advice = [each.found for text in articles for each in lint(text)]
    words = ", ".join(f"{word} {advice.count(word)}" for word in sorted(set(advice), key=advice.index))
    yield f"- {len(advice)} pieces of advice on {characters} human characters, all of them: {words}"
    back = converter("s2tw").convert
    pairs = [
        (part, back(converter("tw2s").convert(part)), back(converter("tw2sp").convert(part)))
        for part in clauses_of(articles)
    ]
    mainland = [worded for _, plain, worded in pairs if plain != worded]
    found = share(lambda text: bool(lint(text)), mainland)
    yield f"- clauses whose words tw2sp turned into the Mainland's: {found} found"
    try:
        table = import_module("zhconv.zhconv")
    except ImportError:
        return
    table.loaddict()
    held_out = [k for k, v in table.zhcdicts["zh2TW"].items() if to_simplified(k) != to_simplified(v) and len(k) > 1]
    yield f"- MediaWiki's zh2TW (zhconv {version('zhconv')}): {share(lambda t: bool(lint(t)), held_out)} found"


def clauses_of(articles: list[str]) -> list[str]:
    """Return the clauses of the articles."""
    return [part for text in articles for part in CLAUSE.findall(text)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Scripts and wording, beside other ways.")
    parser.add_argument("--news", type=Path, default=Path("data_builders/sample/news.jsonl"))
    parser.add_argument("--field", default="article")
    parser.add_argument("--cases", type=Path, help="OpenCC's testcases_strict.json")
    parser.add_argument("--peers", type=Path, help="site-packages with hanzidentifier and zhconv")
    parser.add_argument("--old-opencc", help="a Python that has another OpenCC")
    args = parser.parse_args()
    if args.peers:
        sys.path.append(str(args.peers))
    raw = args.news.read_bytes()
    articles = [str(json.loads(line)[args.field]) for line in raw.splitlines()]
    used = ", ".join(f"{name} {version(name)}" for name in ("opencc", "jieba"))
    print(f"{args.news.name}: {len(articles)} articles, sha256 {hashlib.sha256(raw).hexdigest()[:16]}")
    print(f"Python {platform.python_version()}, {used}, median of {ROUNDS} rounds\n")
    pythons = {f"OpenCC {version('opencc')}": sys.executable} | (
        {"old OpenCC": args.old_opencc} if args.old_opencc else {}
    )
    for title, lines in (
        ("Detection", detection(articles)),
        ("Conversion", conversion(articles)),
        ("Official cases", official(args.cases, pythons) if args.cases else iter(())),
        ("Lint", wording(articles)),
    ):
        print(f"## {title}\n", *lines, "", sep="\n")


if __name__ == "__main__":
    main()
