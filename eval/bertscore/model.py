r"""A text to one unit vector for each of its tokens, by a layer of a BERT-like model.

    vectors = Embedder(ModelChoice("models/bert-base-chinese")).embed(["颱風明晚登陸"])

A model sees at most so many tokens (512 for BERT). bert-score cuts the rest off; here a longer text is seen in windows
that overlap by a quarter, and each token's vector is from the window in which it stands farthest from an edge, so a
text that fits one window has bert-score's own vectors. Windows go through the model sorted by length, so little is
padding. The layer is the one that bert-score tuned for a model it knows, else two thirds of the way up, which is where
the tuned ones lie; the signature says which.
"""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from data_builders.errors import InputError
from eval.schema import ModelChoice

if TYPE_CHECKING:
    import torch

# bert_score 0.3.13, utils.model2layers: the layers that agreed best with people on WMT16.
TUNED = {
    "bert-base-chinese": 8,
    "bert-base-uncased": 9,
    "bert-base-multilingual-cased": 9,
    "bert-large-uncased": 18,
    "roberta-base": 10,
    "roberta-large": 17,
    "xlm-roberta-base": 9,
    "xlm-roberta-large": 17,
}
MOST_WINDOW = 1 << 16  # a tokenizer without a bound says 10^30


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text's tokens that goes through the model at once, and which of its vectors are kept."""

    text: int
    ids: tuple[int, ...]
    keep: tuple[int, int]


class Embedder:
    """A model and its tokenizer, loaded once."""

    def __init__(self, choice: ModelChoice) -> None:
        self.tokenizer, self.model = load(choice.name)
        self.batch = choice.batch
        layers = int(self.model.config.num_hidden_layers)
        self.layer = choice.layer or TUNED.get(Path(choice.name).name, round(layers * 2 / 3))
        if not 0 < self.layer <= layers:
            raise InputError(f"model {choice.name}", f"a layer from 1 to {layers}", str(self.layer), "mend --layer")
        if hasattr(self.model, "encoder") and hasattr(self.model.encoder, "layer"):
            self.model.encoder.layer = self.model.encoder.layer[: self.layer]
        self.window = self.longest_window()
        empty = self.framed([])
        self.before = 1 if len(empty) > 1 else 0
        self.after = len(empty) - self.before

    def longest_window(self) -> int:
        """Return how many tokens the model takes at once, frame included."""
        config = self.model.config
        places = int(getattr(config, "max_position_embeddings", MOST_WINDOW) or MOST_WINDOW)
        if config.model_type in {"roberta", "xlm-roberta", "camembert"}:
            places -= 2  # their places begin after the padding token's
        return min(places, int(min(self.tokenizer.model_max_length, MOST_WINDOW)))

    def framed(self, ids: Sequence[int]) -> list[int]:
        """Return token ids with the model's frame, [CLS] … [SEP]."""
        first, last = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        return [*([] if first is None else [first]), *ids, *([] if last is None else [last])]

    def embed(self, texts: Sequence[str]) -> list["torch.Tensor"]:
        """Return for each text the unit vectors of its tokens, the frame's first and last included."""
        import torch

        windows = [window for place, text in enumerate(texts) for window in self.windows(place, text)]
        parts: dict[int, list[tuple[int, torch.Tensor]]] = {place: [] for place in range(len(texts))}
        order = sorted(range(len(windows)), key=lambda at: len(windows[at].ids))
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            for at, vectors in zip(chosen, self.encoded([windows[one].ids for one in chosen]), strict=True):
                parts[windows[at].text].append((at, vectors[windows[at].keep[0] : windows[at].keep[1]]))
        made = [torch.cat([part for _, part in sorted(parts[place], key=lambda one: one[0])]) for place in parts]
        return [vectors / vectors.norm(dim=-1, keepdim=True) for vectors in made]

    def windows(self, place: int, text: str) -> list[Window]:
        """Return the windows of a text; one where it fits."""
        ids = self.tokenizer.encode(text.strip(), add_special_tokens=False, verbose=False)
        room = self.window - self.before - self.after
        if len(ids) <= room:
            return [Window(place, tuple(self.framed(ids)), (0, len(ids) + self.before + self.after))]
        step = room - room // 4
        starts = [*range(0, len(ids) - room, step), len(ids) - room]
        found = []
        for count, start in enumerate(starts):
            # The border to a neighbour lies in the middle of what both windows see.
            low = 0 if not count else (start + starts[count - 1] + room) // 2 - start + self.before
            last = count == len(starts) - 1
            high = self.window if last else (starts[count + 1] + start + room) // 2 - start + self.before
            found.append(Window(place, tuple(self.framed(ids[start : start + room])), (low, high)))
        return found

    def encoded(self, batch: Sequence[Sequence[int]]) -> list["torch.Tensor"]:
        """Return the vectors of each row of token ids."""
        import torch

        size = max(map(len, batch))
        ids = torch.full((len(batch), size), self.tokenizer.pad_token_id or 0, dtype=torch.long)
        mask = torch.zeros((len(batch), size), dtype=torch.long)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens, dtype=torch.long)
            mask[row, : len(tokens)] = 1
        device = self.model.device
        with torch.no_grad():
            out = self.model(ids.to(device), attention_mask=mask.to(device), output_hidden_states=True)
        hidden = out.hidden_states[self.layer].float().cpu()
        return [hidden[row, : len(tokens)] for row, tokens in enumerate(batch)]


def load(name: str) -> tuple[Any, Any]:
    """Return tokenizer and model of a folder or a hub name; where there is none, an error says what to download.

    The folder and the hub's cache are looked at first, and the hub is asked only where it answers at all: its client
    would try for most of a minute.
    """
    import torch
    import transformers
    from huggingface_hub import try_to_load_from_cache

    then = (
        f"download it where there is a network (hf download {name} --local-dir models/{Path(name).name}), "
        f"then name the folder: --model models/{Path(name).name}"
    )
    transformers.utils.logging.disable_progress_bar()
    try:
        here = Path(name).is_dir() or isinstance(try_to_load_from_cache(name, "config.json"), str)
        if not here and not hub_answers():
            raise InputError(f"bertscore model {name}", "a model in that folder, or in the hub's cache", "none", then)
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, use_fast=True, local_files_only=here)
        model = transformers.AutoModel.from_pretrained(name, dtype=torch.float32, local_files_only=here)
    except (OSError, ValueError, KeyError, ImportError) as error:
        found = str(error).strip().split("\n")[0][:160] or type(error).__name__
        raise InputError(
            f"bertscore model {name}", "a model in that folder, or in the hub's cache", found, then
        ) from error
    if hasattr(model, "encoder") and hasattr(model, "decoder"):
        model = model.encoder
    model.eval()
    if torch.cuda.is_available():
        model = model.to("cuda")
    return tokenizer, model


def hub_answers() -> bool:
    """Tell whether the hub may be asked and can be reached; behind a proxy only asking tells."""
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}:
        return False
    hub = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
    if getproxies().get(hub.scheme):
        return True
    try:
        socket.create_connection((hub.hostname or "", hub.port or 443), timeout=5).close()
    except OSError:
        return False
    return True
