"""OpenCC as the project uses it: its own `s2twp` with two tables of ours in it.

    >>> engine().convert("软件支持比特币，程序正义。")
    '軟體支持比特幣，程序正義。'

`taiwan_shapes.tsv` stands beside OpenCC's phrases, `taiwan_words.tsv` beside Taiwan's words; the longest entry wins, of
two as long ours. OpenCC 1.4.2 and not 1.2.0: of its 245 official cases from Simplified (s2t, s2tw, s2twp) 1.4.2 passes
all and 1.2.0 118, which writes 橋樑 and 臺積電 too (benchmarks/zhtw.md). A wheel's dictionaries cannot be named from
another folder, so the configuration is written out for the moment it is read.
"""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Protocol

from data_builders.zhtw.tables import rows


class Converter(Protocol):
    """What OpenCC gives."""

    def convert(self, text: str) -> str:
        """Return the converted text."""


@cache
def converter(config: str) -> Converter:
    """Return OpenCC's converter, loaded once; `config` is a name of OpenCC's, or a file."""
    import opencc

    made: Converter = opencc.OpenCC(config)
    return made


@cache
def engine() -> Converter:
    """Return the converter from Simplified to what Taiwan's papers write."""
    import opencc

    share = Path(opencc.__file__).parent / "clib" / "share" / "opencc"
    config = json.loads((share / "s2twp.json").read_text(encoding="utf-8"))
    placed(config, share)
    with tempfile.TemporaryDirectory() as folder:
        phrases, taiwan = (step["dict"]["dicts"] for step in config["conversion_chain"])
        words, shapes = dict(rows("taiwan_words.tsv")), dict(rows("taiwan_shapes.tsv"))
        # OpenCC looks for words inside its segments only, so each word of ours has to be a segment.
        segments = {converter("t2s").convert(word): word for word in words if len(word) > 1} | shapes
        ours = text_dictionary(segments, Path(folder) / "shapes.txt")
        config["segmentation"]["dict"]["dicts"].insert(0, ours)
        phrases[0]["dicts"].insert(0, ours)
        taiwan[0] = {
            "type": "group",
            "match_policy": "union",
            "dicts": [text_dictionary(words, Path(folder) / "words.txt"), taiwan[0]],
        }
        file = Path(folder) / "taiwan.json"
        file.write_text(json.dumps(config), encoding="utf-8")
        return converter(str(file))


def text_dictionary(table: dict[str, str], file: Path) -> dict[str, str]:
    """Write a table as OpenCC reads them, and return its entry in the configuration."""
    file.write_text("".join(f"{key}\t{value}\n" for key, value in table.items()), encoding="utf-8")
    return {"type": "text", "file": str(file)}


def placed(config: object, share: Path) -> None:
    """Give every dictionary of a configuration its whole path."""
    if isinstance(config, dict):
        if str(config.get("file", "")).endswith(".ocd2"):
            config["file"] = str(share / config["file"])
        for value in config.values():
            placed(value, share)
    elif isinstance(config, list):
        for value in config:
            placed(value, share)
