"""BERTScore with a tiny model of random weights: windows, batches, frames, and what is said where there is none."""

from pathlib import Path

import pytest

from data_builders.errors import InputError
from eval.bertscore.model import Embedder
from eval.metrics import score
from eval.schema import ModelChoice, Pair

pytestmark = pytest.mark.slow
CHARACTERS = "颱風明天今晚登陸停班課，。下雨放晴"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(CHARACTERS)]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=32).save_pretrained(folder)
    return folder


def by_hand(choice: ModelChoice, one: str, other: str) -> tuple[float, float]:
    """Precision and recall as the paper writes them, from the model itself."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(choice.name)
    model = AutoModel.from_pretrained(choice.name).eval()
    vectors = []
    for text in (one, other):
        with torch.no_grad():
            out = model(**tokenizer(text, return_tensors="pt"), output_hidden_states=True)
        vectors.append(torch.nn.functional.normalize(out.hidden_states[choice.layer][0], dim=-1))
    likeness = vectors[0] @ vectors[1].T
    return float(likeness.max(1).values[1:-1].mean()), float(likeness.max(0).values[1:-1].mean())


def test_it_is_the_papers_number_in_any_batch(model: Path) -> None:
    pairs = [Pair("a", "颱風明天登陸", "颱風今晚登陸，停班"), Pair("b", "下雨", "放晴，停課"), Pair("c", "", "下雨")]
    for batch in (1, 32):
        choice = ModelChoice(str(model), 2, batch)
        found = score(pairs, "bertscore", model=choice)
        for pair in pairs[:2]:
            precision, recall = by_hand(choice, pair.prediction, pair.reference)
            assert found.pairs[pair.id]["bertscore_p"] == pytest.approx(precision, abs=1e-6)
            assert found.pairs[pair.id]["bertscore_r"] == pytest.approx(recall, abs=1e-6)
        assert found.pairs["c"] == {"bertscore_f": 0.0, "bertscore_p": 0.0, "bertscore_r": 0.0}
    assert "|model:tiny|layer:2|window:32|idf:no|rescaled:no|" in found.metrics["bertscore_f"].signature


def test_a_text_longer_than_the_window_keeps_every_token_once(model: Path) -> None:
    embedder = Embedder(ModelChoice(str(model), 2))
    for size in (30, 31, 52, 53, 75, 200):
        text = (CHARACTERS * 20)[:size]
        (vectors,) = embedder.embed([text])
        assert len(vectors) == size + 2
        windows = embedder.windows(0, text)
        assert sum(window.keep[1] - window.keep[0] for window in windows) == size + 2
        assert all(len(window.ids) <= 32 for window in windows)


def test_where_there_is_no_model_it_says_what_to_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InputError, match=r"hf download .*none --local-dir .* --model models/none"):
        score([Pair("a", "下雨", "下雨")], "bertscore", model=ModelChoice(str(tmp_path / "none")))
    with pytest.raises(InputError, match="expected a model in that folder"):
        Embedder(ModelChoice("bert-base-chinese"))


def test_a_layer_that_the_model_has_not_is_refused(model: Path) -> None:
    with pytest.raises(InputError, match="expected a layer from 1 to 3, found 9"):
        Embedder(ModelChoice(str(model), 9))
