"""Tokens a second of our recipes beside a published-style loop: same rows, same student, same machine, by turns.

    $ python -m benchmarks.training_speed --data data --student saves/nano/student

The published way pads every row to 2,048 tokens and takes its loss on prompt and padding; it is a bare loop here (no
trainer around it, AdamW, the same batch), which favours it. Ours is the plan's own recipe through LLaMA-Factory, whose
collator pads a batch to its longest row. Tokens are the rows' own, padding never counted. `by_length` puts rows of like
length into a batch; `neat` packs rows into blocks of `cutoff_len`, masked from each other. A round takes each way once;
the table gives medians, and how many times the published way's tokens a second each way reads, round by round.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from curriculum.launch import environment, redirected
from curriculum.lengths import lengths_of
from curriculum.profiles import PROFILES
from curriculum.recipe import Asked, Budget, Start, training
from curriculum.render import settings_of
from curriculum.schema import Rung
from curriculum.strategies import strategy_of
from curriculum.student import shape_of
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow
from data_builders.stages.tokens import answer_of, prompt_of

QUIET = {
    "do_eval": False, "eval_strategy": "no", "eval_on_start": False, "save_strategy": "no", "plot_loss": False,
    "report_to": "none", "num_train_epochs": 1.0, "overwrite_output_dir": True,
}  # fmt: skip


def ours(stage: str, args: argparse.Namespace, way: str = "ours") -> float:
    """Return the seconds that LLaMA-Factory's trainer takes for one pass over the rows by our recipe."""
    import json

    from llamafactory.train.tuner import run_exp

    with tempfile.TemporaryDirectory() as folder:
        asked = Asked(args.profile, strategy_of("full"), dataset_dir=args.registry, packing=way == "neat",
                      by_length=way == "by_length")  # fmt: skip
        rung = Rung(stage, (stage,))
        layers = shape_of(args.student).layers
        keys = settings_of(training(rung, asked, Start(args.student), Path(folder), Budget(), layers))
        keys = {key: value for key, value in keys.items() if key != "eval_dataset"}
        with (Path(folder) / "log").open("wb") as log, redirected(log.fileno()):
            run_exp({**keys, **QUIET, "max_samples": args.rows})
        return float(json.loads((Path(folder) / "train_results.json").read_text(encoding="utf-8"))["train_runtime"])


def published(stage: str, args: argparse.Namespace) -> float:
    """Return the seconds that a loop takes which pads every row to the cutoff and learns from all of it."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    profile = PROFILES[args.profile]
    tokenizer = AutoTokenizer.from_pretrained(args.student)
    on_gpu = not profile.device.get("use_cpu")
    model: Any = AutoModelForCausalLM.from_pretrained(args.student, dtype=torch.float32)
    model = model.cuda() if on_gpu else model
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=profile.rates[stage])
    texts = [prompt_of(r.system, r.instruction, r.input) + answer_of(r.output) for r in rows_of(stage, args)]
    began = time.monotonic()
    for at in range(0, len(texts), profile.batch):
        batch = tokenizer(
            texts[at : at + profile.batch], padding="max_length", truncation=True, max_length=profile.cutoff,
            return_tensors="pt",
        )  # fmt: skip
        batch = {key: batch[key].to(model.device) for key in ("input_ids", "attention_mask")}
        with torch.autocast("cuda", torch.bfloat16, enabled=on_gpu):
            loss = model(**batch, labels=batch["input_ids"]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    if on_gpu:
        torch.cuda.synchronize()
    return time.monotonic() - began


def rows_of(stage: str, args: argparse.Namespace) -> list[AlpacaRow]:
    return list(read(args.data / "stages" / f"{stage}_train.jsonl", AlpacaRow))[: args.rows]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--student", default="saves/nano/student")
    parser.add_argument("--profile", choices=list(PROFILES), default="nano")
    parser.add_argument("--stages", default="s1,s3,s5")
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", default="ours,by_length", help="of ours, by_length, neat")
    args = parser.parse_args()
    args.registry = "." if args.data == Path("data") else args.data.as_posix()
    import os

    os.environ.update(environment())
    ours("s1", replace_rows(args, 2))  # what is imported and warmed up is not measured
    ways = args.ways.split(",")
    print("stage  rows  tokens  published tok/s  " + "  ".join(f"{way} tok/s, times (each round)" for way in ways))
    for stage in args.stages.split(","):
        lengths = lengths_of(args.data / "stages" / f"{stage}_train.jsonl", args.student)
        tokens = sum(lengths.totals[: args.rows])
        took: dict[str, list[float]] = {"published": [], **{way: [] for way in ways}}
        for _ in range(args.rounds):
            took["published"].append(published(stage, args))
            for way in ways:
                took[way].append(ours(stage, args, way))
        cells = [f"{tokens / statistics.median(took['published']):15.0f}"]
        for way in ways:
            ratios = [p / o for p, o in zip(took["published"], took[way], strict=True)]
            each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            cells.append(f"{tokens / statistics.median(took[way]):.0f}, {statistics.median(ratios):.2f} ({each})")
        print(f"{stage:5}  {min(args.rows, lengths.rows):4}  {tokens:6}  {'  '.join(cells)}", flush=True)


def replace_rows(args: argparse.Namespace, rows: int) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(args), "rows": rows})


if __name__ == "__main__":
    main()
