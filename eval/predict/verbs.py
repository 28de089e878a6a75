"""The verb `predict`: rows and a model in, pairs out.

python -m eval predict --rows data/stages/s5_test.jsonl --articles data/articles/test.jsonl \
    --model saves/nano/s5 --out results/nano/pairs.jsonl
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import UsageError
from eval.predict.local import model_of
from eval.predict.run import Asked, identity_of, predict
from eval.predict.schema import Answer, Generation


def predict_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `predict`."""
    usual = Generation()
    parser.add_argument("--rows", type=Path, required=True, help="the test rows, such as data/stages/s5_test.jsonl")
    parser.add_argument("--articles", type=Path, required=True, help="the articles of those rows")
    parser.add_argument("--model", required=True, help="a model's folder, or a name on the hub")
    parser.add_argument("--adapter", default="", help="a LoRA adapter's folder, put on top of --model")
    parser.add_argument("--out", type=Path, required=True, help="where PAIRS.jsonl goes")
    parser.add_argument("--max-new-tokens", type=int, default=usual.max_new_tokens, help="(default: %(default)s)")
    parser.add_argument("--repetition-penalty", type=float, default=usual.repetition_penalty, help="1.0 is none")
    parser.add_argument("--temperature", type=float, default=usual.temperature, help="0 is greedy (the default)")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--batch", type=int, default=usual.batch, help="rows at a time (default: %(default)s)")


def predict_verb(args: Namespace) -> Result:
    """Have a model answer every test row."""
    how = Generation(args.max_new_tokens, args.repetition_penalty, args.temperature, args.seed, args.batch)
    if how.max_new_tokens < 1 or how.batch < 1 or how.repetition_penalty <= 0 or how.temperature < 0:
        raise UsageError("predict", "numbers above 0", str(how), "see python -m eval predict --help")
    asked = Asked(args.model, identity_of(args.model, args.adapter), how)

    def load() -> Answer:
        return model_of(args.model, args.adapter, how)

    made = predict(args.rows, args.articles, asked, load, args.out, tell)
    cut, empty = made.settings["cut_by_length"], made.settings["empty"]
    told = f"{cut} answers were cut at {how.max_new_tokens} tokens, {empty} are empty"
    return Result((f"wrote {made.rows_out} pairs to {args.out}; {told}",), made)


def tell(line: str) -> None:
    """Say on standard error how far it is."""
    sys.stderr.write(line + "\n")


VERBS = (
    Verb(
        "predict",
        "Have a model answer the test rows: a checkpoint, an adapter, any causal or encoder-decoder model.",
        "python -m eval predict --rows data/stages/s5_test.jsonl --articles data/articles/test.jsonl \\\n"
        "      --model saves/nano/s5 --out results/nano/pairs.jsonl",
        predict_arguments,
        predict_verb,
    ),
)
