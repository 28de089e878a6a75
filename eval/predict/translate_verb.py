"""The verb `translate`: lines in, their translations out, at a prompt or from a pipe.

python -m eval translate --model saves/nano/tasks/translation/merged --to zh_TW
python -m eval translate --model Qwen/Qwen3-1.7B --adapter saves/full/tasks/translation --to ja < letter.txt
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator

from data_builders.cli import Result, Verb
from data_builders.tasks.translation.schema import LANGUAGES
from eval.predict.local import model_of
from eval.predict.schema import Answer, Generation
from eval.predict.translate import MOST_TOKENS, Translator, translator

PROMPT = "> "


def translate_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `translate`."""
    parser.add_argument("text", nargs="*", help="what to translate (default: lines of standard input, until Ctrl-D)")
    parser.add_argument("--model", required=True, help="a model's folder, or a name on the hub")
    parser.add_argument("--adapter", default="", help="a LoRA adapter's folder, put on top of --model")
    parser.add_argument("--to", required=True, help=f"the language that is wanted: {', '.join(LANGUAGES)}")
    parser.add_argument("--from", dest="source", default="", help="the language of the text (default: its script says)")
    parser.add_argument("--max-new-tokens", type=int, default=MOST_TOKENS, help="(default: %(default)s)")


def translate_verb(args: Namespace, load: Callable[[str, str, Generation], Answer] = model_of) -> Result:
    """Translate the arguments, or what comes on standard input; at a terminal each line is answered at once."""
    made = translator(args.model, args.to, args.source, args.adapter, args.max_new_tokens, load)
    if args.text:
        said = made.many(args.text)
    elif sys.stdin.isatty() and not args.json:
        for line in spoken(made):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        said = []
    else:
        said = made.many(line.rstrip("\r\n") for line in sys.stdin)
    return Result(tuple(said), said)


def spoken(made: Translator) -> Iterator[str]:
    """Ask for line after line and yield each one's translation, until the input ends."""
    where = made.source or "any language"
    sys.stderr.write(f"{where} -> {made.to}; one text a line, Ctrl-D ends\n")
    while True:
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            sys.stderr.write("\n")
            return
        if line.strip():
            yield made(line.strip())


VERBS = (
    Verb(
        "translate",
        "Translate between English, Japanese and Taiwan's Chinese: at a prompt, from a pipe, or the words given.",
        "python -m eval translate --model saves/nano/tasks/translation/merged --to zh_TW",
        translate_arguments,
        translate_verb,
    ),
)
