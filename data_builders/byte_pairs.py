"""A byte-level BPE trained on a corpus: the tokenizer of the students and of the causal stand-ins.

    >>> trained(["臺北市今天下大雨"], 3000, ("<|endoftext|>",)).token_to_id("<|endoftext|>")
    0

Words are cut as Qwen2.5 cuts them, figures digit by digit, so every text comes back byte for byte.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from data_builders.errors import InputError

PRETOKENS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def trained(texts: Iterable[str], vocabulary: int, special: Sequence[str]) -> Any:  # noqa: ANN401 - tokenizers' own type
    """Return a `tokenizers.Tokenizer` of at most `vocabulary` tokens, the special ones first."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(non_empty(texts), trainer)
    return tokenizer


def non_empty(texts: Iterable[str]) -> Iterator[str]:
    """Pass the texts on; a corpus without any is an InputError."""
    count = 0
    for text in texts:
        count += 1
        yield text
    if not count:
        raise InputError("--corpus", "at least one article", "none", "name a JSONL file of articles")
