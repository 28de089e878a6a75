"""A corpus, a tokenizer and a launcher that play a comparison of models without a model."""

import json
import random
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from fake_trainer import make_model

from curriculum.launch import Watch
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow
from eval.predict.run import Asked, identity_of, predict
from eval.predict.schema import Answered, Generation

LETTERS = "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡"
CONSONANTS, VOWELS = "bdfgklmnprstv", "aeiou"


class Letters:
    """A tokenizer of one token a character."""

    bos_token_id, eos_token_id, bos_token, eos_token = None, 0, None, "</s>"

    def encode(self, text: str, add_special_tokens: bool = True) -> list[int]:  # noqa: ARG002 - there are none
        return [ord(sign) for sign in text]


def corpus(path: Path, chinese: int, english: int = 0, first: int = 0) -> None:
    """Write articles of their own words, each with a summary."""
    rows = []
    for k in range(first, first + chinese):
        text = "".join(random.Random(k).choices(LETTERS, k=120))  # noqa: S311 - toy words
        rows.append(
            {"id": f"z{k}", "article": f"{text[:40]}。{text[40:]}，第{k}則。", "summary": f"{text[60:80]}第{k}則。"}
        )
    for k in range(english):
        draw = random.Random(k)  # noqa: S311 - toy words
        told = ["".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(3)) for _ in range(40)]
        text = " ".join(told[:20]) + f" number {k * 37}. " + " ".join(told[20:]) + f" in year {1900 + k}."
        rows.append({"id": f"e{k}", "article": text.capitalize(), "summary": f"The {told[25]} of {1900 + k}."})
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


class Player:
    """Plays the programs: makes stand-ins and weights; the untrained copy a sentence, the trained know the answer."""

    def __init__(self) -> None:
        self.programs: list[str] = []
        self.dies: set[str] = set()

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        """Play one program."""
        watch()
        log.write_text("RuntimeError: out of luck\n", encoding="utf-8")
        if command[:4] == ("python", "-m", "data_builders", "student"):
            out = Path(command[command.index("--out") + 1])
            make_model(out, "untrained")
            (out / "student.json").write_text("{}", encoding="utf-8")
            return 0
        if command[:4] == ("python", "-m", "eval", "predict"):
            return self.predict(command[4:], log)
        name = log.parent.name
        self.programs.append(f"train {name}")
        if name in self.dies:
            return 1
        make_model(log.parent, f"weights of {name}")
        return 0

    def predict(self, words: Sequence[str], log: Path) -> int:
        parser = ArgumentParser()
        for name in ("rows", "articles", "model", "out"):
            parser.add_argument(f"--{name}", type=Path)
        for name in ("template", "adapter"):
            parser.add_argument(f"--{name}", default="")
        for name in ("max-new-tokens", "batch", "seed"):
            parser.add_argument(f"--{name}", type=int)
        parser.add_argument("--no-thinking", action="store_true")
        args = parser.parse_args(words)
        model, side = args.out.parts[-3:-1]
        self.programs.append(f"predict {model} {side}")
        if not args.model.is_dir():
            log.write_text(f"error: {args.model}: expected a model, found no such folder. Next: name it\n", "utf-8")
            return 1
        known = {row.id: row.output for row in read(args.rows, AlpacaRow)}
        how = Generation(
            args.max_new_tokens, seed=args.seed, batch=args.batch, template=args.template,
            thinking=not args.no_thinking,
        )  # fmt: skip
        trained = side == "fine-tuned"

        def answer(prompts):
            return [Answered(known[one.id] if trained else one.user.split("。")[0], "stop") for one in prompts]

        asked = Asked(str(args.model), identity_of(str(args.model), args.adapter), how)
        predict(args.rows, args.articles, asked, lambda: answer, args.out)
        return 0
