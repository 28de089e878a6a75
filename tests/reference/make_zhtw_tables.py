"""Make data_builders/zhtw/characters.txt and phrases.txt from the dictionaries of the installed OpenCC.

    python tests/reference/make_zhtw_tables.py

OpenCC 1.4.2's wheel brings the tool `opencc_dict`, which prints a dictionary as text. What it says is sorted into the
classes that `data_builders/zhtw/detect.py` describes; `variants.tsv` and `shared.tsv`, kept by hand, are taken out.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import opencc

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "data_builders" / "zhtw"
SHARE = Path(opencc.__file__).parent / "clib" / "share" / "opencc"
TOOL = Path(opencc.__file__).parent / "clib" / "bin" / "opencc_dict"
# The characters of which a word may say that it is Simplified. Left out are those that Taiwan's papers write as
# freely in the Simplified shape (了解, 公布, 占, 周六, 回流, 注定, 食欲, 凶, 台).
TELLING = frozenset("后于里制面准征余云么采干丰松斗郁筑御游咸辟姜谷吁仆涂朴几据种价极确适广党胜愿")
# In GB2312 by its age, and yet in no Simplified text (乾隆's 乾, 慰藉's 藉, 反覆's 覆 are).
OBSOLETE = frozenset("後於徵夥菸醣摺捱")
# Names begin with these: what only starts with one (于美人, 余年) says nothing.
SURNAMES = ("于", "余", "姜", "谷", "朴", "涂", "郁", "丰")
STARTS = ("于是", "于此", "余额", "姜汁", "姜片", "谷物", "谷类", "丰富", "丰盛", "丰收", "丰胸", "郁闷")
Dictionary = dict[str, list[str]]


def dictionary(name: str) -> Dictionary:
    """Return one OpenCC dictionary: key -> values, the first the default."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.txt"
        command = [TOOL, "-i", SHARE / f"{name}.ocd2", "-o", out, "-f", "ocd2", "-t", "text"]
        subprocess.run(command, check=True)
        lines = out.read_text(encoding="utf-8").splitlines()
    return {key: values.split(" ") for key, values in (line.split("\t") for line in lines)}


def by_hand(name: str) -> set[str]:
    """Return the first column of a table that is kept by hand."""
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return set("".join(line.split("\t")[0] for line in lines if line and not line.startswith("#")))


def encodes(character: str, charset: str) -> bool:
    """Tell whether a legacy character set holds the character."""
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def characters() -> dict[str, list[str]]:
    """Return the classes: simplified, traditional, shinjitai (also Simplified), japanese (neither)."""
    to_traditional, to_simplified = dictionary("STCharacters"), dictionary("TSCharacters")
    japanese = set(dictionary("JPShinjitaiCharacters"))
    hong_kong = {value for values in dictionary("HKVariants").values() for value in values}
    standard = hong_kong | {value for values in dictionary("TWVariants").values() for value in values}
    kept_out = standard | by_hand("variants.tsv") | by_hand("shared.tsv")
    simplified = {key for key, values in to_traditional.items() if key not in values} - kept_out
    traditional = {
        key
        for key, values in to_simplified.items()
        if key not in values and (key in OBSOLETE or not encodes(key, "gb2312"))
    }
    neither = {c for c in japanese if c not in to_traditional and c not in to_simplified}
    return {
        "simplified": sorted(simplified),
        "traditional": sorted((traditional | hong_kong & set(to_simplified)) - simplified),
        "shinjitai": sorted(japanese & simplified),
        "japanese": sorted(c for c in neither if not encodes(c, "big5") and not encodes(c, "gb2312")),
    }


def phrases(simplified: set[str], traditional: set[str]) -> Iterator[str]:
    """Yield the words of characters that both scripts have which OpenCC takes for Simplified (以后, 干净)."""
    taiwan = opencc.OpenCC("t2tw")
    table = dictionary("STPhrases")
    right = {word for values in table.values() for word in values}
    right |= {taiwan.convert(word) for word in right}
    seen: set[str] = set()
    for key in sorted(table, key=lambda word: (len(word), word)):
        shapes = [taiwan.convert(value) for value in table[key]]
        telling = all(any(a != b and a in TELLING for a, b in zip(key, shape, strict=False)) for shape in shapes)
        if key.startswith(SURNAMES) and not key.startswith(STARTS):
            continue
        known = any(key[i : j + 1] in seen for i in range(len(key)) for j in range(i + 1, len(key)))
        if telling and not known and key not in right and not (set(key) & (simplified | traditional)):
            seen.add(key)
            yield key


def main() -> None:
    """Write both tables."""
    tool = f"OpenCC {version('opencc')} (Apache-2.0)"
    origin = f"# Made by tests/reference/make_zhtw_tables.py from {tool}. Do not edit.\n"
    classes = characters()
    text = origin + "".join(f"{name}\t{''.join(members)}\n" for name, members in classes.items())
    (TABLES / "characters.tsv").write_text(text, encoding="utf-8")
    words = list(phrases(set(classes["simplified"]), set(classes["traditional"])))
    (TABLES / "phrases.txt").write_text(origin + "".join(f"{word}\n" for word in words), encoding="utf-8")


if __name__ == "__main__":
    main()
