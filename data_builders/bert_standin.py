"""A tiny BERT with random weights, so that BERTScore's road can be walked on a processor without a network.

    python -m data_builders.bert_standin data/try/articles saves/try/standins/bert

Its numbers say nothing of meaning: the signature names it `bert-standin`. One character, or a piece of a Latin word, is
a token; same articles, same bytes.
"""

import sys
from pathlib import Path

from data_builders.jsonl import read, write_text
from data_builders.schema import SPLITS, Article

NAME = "bert-standin"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"
PLACES, WIDTH, LAYERS, SEED = 512, 64, 3, 42


def make(articles: Path, out: Path) -> Path:
    """Write the model and its tokenizer into `out`, config.json last."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    signs: set[str] = set()
    for split in SPLITS:
        for article in read(articles / f"{split}.jsonl", Article):
            signs |= set((article.article + article.summary).lower())
    others = sorted(sign for sign in signs if not sign.isspace() and sign not in LATIN)
    words = [*SPECIAL, *LATIN, *(f"##{sign}" for sign in LATIN), *others]
    write_text(out / "vocab.txt", "".join(f"{word}\n" for word in words))
    BertTokenizerFast(vocab_file=str(out / "vocab.txt"), model_max_length=PLACES).save_pretrained(out)
    torch.manual_seed(SEED)
    config = BertConfig(
        vocab_size=len(words), hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=2,
        intermediate_size=2 * WIDTH, max_position_embeddings=PLACES,
    )  # fmt: skip
    BertModel(config).save_pretrained(out)
    return out


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
