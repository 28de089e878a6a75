"""Make the expected ROUGE values of the invented pairs with rouge_chinese itself; nothing of `eval` is used here.

    python tests/reference/make_rouge_golden.py

Reads tests/eval/data/rouge_pairs.jsonl; writes rouge_golden.jsonl beside it (id, mode, the nine values of
`Rouge().get_scores(" ".join(prediction tokens), " ".join(reference tokens))`) and rouge_golden.about.json, which names
tools, versions and settings. The tests compare with `==`, so run it again only when a pair or a tool changes.
"""

import json
import logging
import warnings
from importlib.metadata import version
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    from rouge_chinese import Rouge

DATA = Path(__file__).parent.parent / "eval" / "data"
LATIN = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F))


def characters(text: str) -> list[str]:
    """Split into characters, white space left out, Latin letters and digits kept in runs: a second opinion."""
    tokens: list[str] = []
    joins = False
    for character in text:
        latin = any(low <= ord(character) <= high for low, high in LATIN)
        if latin and joins:
            tokens[-1] += character
        elif not character.isspace():
            tokens.append(character)
        joins = latin
    return tokens


def nine(predicted: list[str], reference: list[str]) -> dict[str, float]:
    """Return rouge_chinese's values by our names."""
    (scores,) = Rouge().get_scores(" ".join(predicted), " ".join(reference))
    return {
        f"rouge{kind.upper()}_{part}": float(scores[f"rouge-{kind}"][part])
        for kind in ("1", "2", "l")
        for part in "fpr"
    }


def main() -> None:
    """Write the table and what it was made with."""
    jieba.setLogLevel(logging.WARNING)
    modes = {
        "rouge_chinese-jieba": lambda text: list(jieba.cut(text)),
        "rouge_chinese-char": characters,
    }
    pairs = [json.loads(line) for line in (DATA / "rouge_pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    with (DATA / "rouge_golden.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for mode, cut in modes.items():
            for pair in pairs:
                values = nine(cut(pair["prediction"]), cut(pair["reference"]))
                stream.write(json.dumps({"id": pair["id"], "mode": mode, "rouge": values}) + "\n")
    about = {
        "made_by": "tests/reference/make_rouge_golden.py",
        "tool": f"rouge_chinese {version('rouge-chinese')}",
        "settings": "Rouge().get_scores(' '.join(tokens), ' '.join(tokens)), defaults",
        "tokens": {"rouge_chinese-jieba": f"jieba {version('jieba')} cut(text)", "rouge_chinese-char": "characters()"},
        "pairs": len(pairs),
    }
    (DATA / "rouge_golden.about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
