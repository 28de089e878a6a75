"""The tokenizer of T5-Pegasus and Randeng-Pegasus: jieba's words where the vocabulary has them, else BERT's pieces.

    >>> tokenizer = tokenizer_of("saves/t5_pegasus/student")
    >>> tokenizer.tokenize("颱風明天登陸NBA球場")
    ['颱', '風', '明天', '登', '陸', 'nba', '球', '場']

transformers has no such class, its BertTokenizer is compiled and cannot be told to ask jieba first, and the published
classes are code beside the weights. This one follows what they do (imxly/t5-pegasus' model card; IDEA-CCNL's
`tokenizers_pegasus.py`): `jieba.cut(text, HMM=False)`, a word that is in `vocab.txt` stays whole, any other goes
through BERT's basic tokenization (lower case, one Chinese character at a time) and WordPiece.

| kind | a text becomes | end | special tokens |
|---|---|---|---|
| `t5_pegasus` | `[CLS] text [SEP]` | `[SEP]` | BERT's; the decoder starts with `[CLS]` |
| `randeng_pegasus` | `text </s>` | `</s>` | `<pad>`, `</s>`, `<unk>`, masks: see `RENAMED` |

Known difference: `decode` puts a space only between two Latin words, where the published ones put one between all
words (T5-Pegasus) or after signs (Randeng). White space, capitals and accents do not come back: BERT drops them.
jieba's own dictionary is used, untouched by another library's `add_word`.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data_builders.errors import InputError
from data_builders.jsonl import read_json

Kind = Literal["t5_pegasus", "randeng_pegasus"]
VOCABULARY = "vocab.txt"
CLASS = "JiebaTokenizer"
# What Randeng calls BERT's tokens of the same place.
RENAMED = {"[PAD]": "<pad>", "[unused1]": "</s>", "[UNK]": "<unk>", "[unused2]": "<mask_1>", "[unused3]": "<mask_2>"}
SPECIAL: dict[Kind, dict[str, str]] = {
    "t5_pegasus": {
        "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
        "mask_token": "[MASK]", "bos_token": "[CLS]", "eos_token": "[SEP]",
    },
    "randeng_pegasus": {
        "pad_token": "<pad>", "unk_token": "<unk>", "eos_token": "</s>", "mask_token": "<mask_2>",
    },
}  # fmt: skip
PATTERN: dict[Kind, str] = {"t5_pegasus": "cls_sep", "randeng_pegasus": "eos"}
KIND_OF = {"t5": "t5_pegasus", "mt5": "t5_pegasus", "pegasus": "randeng_pegasus"}
# What the published files say in older words: the pattern is the kind's, and no token stands beyond vocab.txt.
OTHERS = ("special_tokens_pattern", "additional_special_tokens", "extra_special_tokens", "never_split")
LONGEST = 100  # characters of a piece that WordPiece looks at, as BERT's


@cache
def jieba_words() -> Any:  # noqa: ANN401 - jieba has no types
    """Return jieba's `cut` by its own dictionary, which is loaded once."""
    import logging
    import warnings

    with warnings.catch_warnings():
        # jieba 0.42.1 imports pkg_resources and has unescaped regexes; its last release is from 2020.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    own = jieba.Tokenizer()
    own.initialize()
    return own


def words(text: str) -> list[str]:
    """Return jieba's words of a text, unknown ones left as single characters (HMM off)."""
    return list(jieba_words().cut(text, HMM=False))


@cache
def tokenizer_class() -> Any:  # noqa: ANN401 - a class made where transformers is imported
    """Return the class `JiebaTokenizer`; transformers is imported here, not before."""
    from transformers import PreTrainedTokenizer

    class JiebaTokenizer(PreTrainedTokenizer):  # type: ignore[misc] # transformers is not followed by mypy
        """Jieba's words where the vocabulary has them, else BERT's pieces."""

        vocab_files_names = {"vocab_file": VOCABULARY}  # noqa: RUF012 - transformers' own attribute
        model_input_names = ["input_ids", "attention_mask"]  # noqa: RUF012 - transformers' own attribute

        def __init__(self, vocab_file: str, kind: Kind = "t5_pegasus", do_lower_case: bool = True, **rest: Any) -> None:  # noqa: ANN401 - transformers passes what tokenizer_config.json holds
            self.stored = read_vocabulary(Path(vocab_file), kind)
            renamed = RENAMED if kind == "randeng_pegasus" else {}
            self.places: dict[str, int] = {renamed.get(token, token): place for place, token in enumerate(self.stored)}
            self.tokens = {place: token for token, place in self.places.items()}
            self.kind, self.do_lower_case = kind, do_lower_case
            self.pieces = pieces_of(self.places, SPECIAL[kind]["unk_token"], do_lower_case)
            names = SPECIAL[kind] | {key: value for key, value in rest.items() if key in SPECIAL[kind]}
            rest = {key: value for key, value in rest.items() if key not in {*names, *OTHERS}}
            pattern = PATTERN[kind]
            super().__init__(kind=kind, do_lower_case=do_lower_case, special_tokens_pattern=pattern, **names, **rest)

        @property
        def vocab_size(self) -> int:
            """The number of lines of vocab.txt."""
            return len(self.stored)

        def get_vocab(self) -> dict[str, int]:
            """Return each token's place."""
            return dict(self.places, **self._added_tokens_encoder)

        def _tokenize(self, text: str, **_: object) -> list[str]:
            """Return a word of jieba's that is a token, and the pieces of any other."""
            found: list[str] = []
            for word in words(text):
                found += [word] if word in self.places else self.pieces.encode(word, add_special_tokens=False).tokens
            return found

        def _convert_token_to_id(self, token: str) -> int:
            return self.places.get(token, self.places[str(self.unk_token)])

        def _convert_id_to_token(self, index: int) -> str:
            return self.tokens.get(index, str(self.unk_token))

        def convert_tokens_to_string(self, tokens: list[str]) -> str:
            """Join tokens; a space only where two Latin words would run into each other."""
            return joined(tokens)

        def save_vocabulary(self, save_directory: str, filename_prefix: str | None = None) -> tuple[str]:
            """Write vocab.txt with the names that it was read with."""
            name = f"{filename_prefix}-{VOCABULARY}" if filename_prefix else VOCABULARY
            path = Path(save_directory) / name
            path.write_text("".join(f"{token}\n" for token in self.stored), encoding="utf-8")
            return (str(path),)

    return JiebaTokenizer


def read_vocabulary(file: Path, kind: Kind) -> list[str]:
    """Return the tokens of a vocab.txt, one a line; one that lacks a special token is an InputError."""
    stored = file.read_text(encoding="utf-8").split("\n")
    stored = [token.removesuffix("\r") for token in (stored[:-1] if stored[-1] == "" else stored)]
    back = {new: old for old, new in RENAMED.items()}
    for token in SPECIAL[kind].values():
        plain = back.get(token, token)
        if plain not in stored:
            then = "take the vocab.txt that came with the model"
            raise InputError(str(file), f"the token {plain} of a {kind} vocabulary", "none", then)
    return stored


def pieces_of(places: dict[str, int], unknown: str, lower: bool) -> Any:  # noqa: ANN401 - tokenizers' own type
    """Return BERT's tokenization of what is no token: cleaned, lower case, characters apart, then WordPiece."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    pieces = Tokenizer(models.WordPiece(places, unk_token=unknown, max_input_chars_per_word=LONGEST))
    pieces.normalizer = normalizers.BertNormalizer(lowercase=lower)
    pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return pieces


def joined(tokens: Sequence[str]) -> str:
    """Join tokens as Chinese is written.

    >>> joined(["蘋果", "iphone", "15", "##s", "上市", "。"])
    '蘋果iphone 15s上市。'
    """
    text = ""
    for token in tokens:
        if token.startswith("##") and len(token) > len("##"):
            text += token.removeprefix("##")
        elif text and spaced(text[-1]) and spaced(token[:1]):
            text += f" {token}"
        else:
            text += token
    return text


def spaced(sign: str) -> bool:
    """Tell whether a character belongs to a script that parts words by spaces: a letter or figure below Chinese."""
    return bool(sign) and sign < "\u2e80" and unicodedata.category(sign)[0] in "LN"


def tokenizer_of(model: str, **asked: object) -> Any:  # noqa: ANN401 - transformers' own types
    """Return the tokenizer of a model's folder, or of a name on the hub: this one, or whatever transformers finds.

    It is this one where tokenizer_config.json names it, or where a T5 or Pegasus comes with a vocab.txt instead of a
    SentencePiece model: so come imxly/t5-pegasus and IDEA-CCNL/Randeng-Pegasus-523M-Summary-Chinese.
    """
    from transformers import AutoTokenizer

    kind = kind_of(model)
    if kind is None:
        return AutoTokenizer.from_pretrained(model, **asked)
    return tokenizer_class().from_pretrained(model, kind=kind, **asked)


def kind_of(model: str) -> Kind | None:
    """Return which of the two a model's files ask for, None for neither."""
    told = part_of(model, "tokenizer_config.json")
    settings = read_json(Path(told), dict[str, object]) if told else {}
    if settings.get("tokenizer_class") == CLASS:
        return "randeng_pegasus" if settings.get("kind") == "randeng_pegasus" else "t5_pegasus"
    if not part_of(model, VOCABULARY) or part_of(model, "spiece.model") or part_of(model, "tokenizer.json"):
        return None
    config = part_of(model, "config.json")
    family = str((read_json(Path(config), dict[str, object]) if config else {}).get("model_type"))
    kind: Any = KIND_OF.get(family)
    return kind  # type: ignore[no-any-return]


def part_of(model: str, name: str) -> str | None:
    """Return where one file of a model lies, None when the model has none."""
    if Path(model).is_dir():
        return str(Path(model) / name) if (Path(model) / name).is_file() else None
    from transformers.utils import cached_file

    found = cached_file(
        model,
        name,
        _raise_exceptions_for_missing_entries=False,
        _raise_exceptions_for_connection_errors=False,
        _raise_exceptions_for_gated_repo=False,
    )
    return None if found is None else str(found)
