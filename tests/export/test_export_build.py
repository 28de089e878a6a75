import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from export_house import CHATML, TRAINED, write

from curriculum.export import build, layouts, mlc, ollama, senders, verbs
from curriculum.export.measure import table
from curriculum.export.schema import Checked, Contract, Exported, FormFile, FormScore, Laid, Message
from curriculum.schema import Shape
from data_builders.errors import InputError, OrderError, UsageError
from data_builders.jsonl import digest_of

CONFIG = {"num_hidden_layers": 4, "hidden_size": 192, "intermediate_size": 512, "num_attention_heads": 4,
          "num_key_value_heads": 2, "vocab_size": 3008, "tie_word_embeddings": True, "model_type": "qwen2",
          "max_position_embeddings": 4096}  # fmt: skip


class ToyFactory:
    """LLaMA-Factory with a byte for a token."""

    ends = "<|im_end|>\n"

    def __init__(self, *_: object) -> None:
        self.tokenizer = SimpleNamespace(encode=lambda text, **_: list(text.encode()))

    def contract(self, context: int, name: str) -> Contract:
        return replace(CHATML, context=context, template=name)

    def answer_end(self) -> str:
        return self.ends

    def trained(self, messages: tuple[Message, ...]) -> Laid:
        text = CHATML.laid_out(messages)
        return Laid(text, tuple(text.encode()))


class ToyChat:
    """LLaMA-Factory's chat: the YAML's system message where none is sent."""

    def __init__(self, path: Path, _: Path) -> None:
        self.told = yaml.safe_load(path.read_text(encoding="utf-8"))

    def chat(self, messages: tuple[Message, ...]) -> Laid:
        return Laid(replace(CHATML, system=self.told["default_system"]).laid_out(messages))

    api = chat


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with a student that was trained, and LLaMA-Factory and transformers played by toys."""
    monkeypatch.chdir(tmp_path)
    folder = Path(TRAINED.folder)
    write(folder / "config.json", json.dumps(CONFIG))
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        write(folder / name, "{}")
    write(folder / "model.safetensors", "weights")
    write(folder / "train.log", "not to be given away")
    monkeypatch.setattr(build, "source_of", lambda _run, _stage: TRAINED)
    monkeypatch.setattr(build, "Factory", ToyFactory)
    monkeypatch.setattr(senders, "FactoryChat", ToyChat)
    told = lambda model: senders.by_jinja((model / "chat_template.jinja").read_text(encoding="utf-8"))  # noqa: E731
    monkeypatch.setattr(senders, "by_transformers", told)
    return tmp_path


def exported(said: list[str] | None = None) -> Exported:
    return build.export("nano", ("safetensors",), "", (said if said is not None else []).append)


def files(home: Path) -> dict[str, str]:
    return {path.relative_to(home).as_posix(): digest_of(path) for path in sorted(home.rglob("*")) if path.is_file()}


@pytest.mark.usefixtures("house")
def test_an_export_holds_the_weights_as_they_were_trained_and_every_layout() -> None:
    made, home = exported(), Path("exports/nano")
    assert sorted(files(home)) == [
        "Modelfile", "llamafactory.yaml", "manifest.json", "mlc/conversation.json", "mlc/mlc-package-config.json",
        "mlc/mlc.sh", "safetensors/chat_template.jinja", "safetensors/config.json",
        "safetensors/generation_config.json", "safetensors/model.safetensors", "safetensors/tokenizer.json",
        "safetensors/tokenizer_config.json",
    ]  # fmt: skip
    assert digest_of(home / "safetensors/model.safetensors") == digest_of(Path("saves/nano/s5/model.safetensors"))
    assert [one.sender for one in made.checked] == [
        "training", "apply_chat_template", "llamafactory-cli chat", "llamafactory-cli api", "Modelfile", "MLC",
    ]  # fmt: skip
    assert not [one for one in made.checked if one.drifts]
    assert (
        json.loads((home / "safetensors/tokenizer_config.json").read_text(encoding="utf-8"))["add_bos_token"] is False
    )


@pytest.mark.usefixtures("house")
def test_the_same_export_again_changes_nothing_and_a_damaged_one_is_made_anew() -> None:
    exported()
    home, said = Path("exports/nano"), []
    before = files(home)
    exported(said)
    assert said == ["exports/nano: done before, every digest as noted"]
    write(home / "Modelfile", "FROM ./other.gguf\n")
    exported()
    assert files(home) == before


@pytest.mark.parametrize(
    ("layout", "sender"),
    [
        ("chat_template", "apply_chat_template"),
        ("modelfile", "Modelfile"),
        ("factory_settings", "llamafactory-cli chat"),
    ],
)
@pytest.mark.usefixtures("house")
def test_an_export_that_would_send_another_prompt_is_refused_and_nothing_of_it_appears(
    layout: str, sender: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported()
    before = files(Path("exports"))
    write(Path("exports/nano/Modelfile"), "FROM ./other.gguf\n")  # so that it is made anew
    before["nano/Modelfile"] = digest_of(Path("exports/nano/Modelfile"))
    honest = getattr(layouts, layout)
    monkeypatch.setattr(layouts, layout, lambda *words: honest(*words).replace("你是編輯。", "你是記者。"))
    with pytest.raises(InputError, match=f"^{sender} .*expected the prompt trained on"):
        exported()
    assert files(Path("exports")) == before
    assert [path.name for path in Path("exports").iterdir()] == ["nano"]


@pytest.mark.usefixtures("house")
def test_a_student_that_never_learned_to_stop_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToyFactory, "ends", "")
    with pytest.raises(InputError, match="expected an answer that ends with a sign to stop by"):
        exported()


@pytest.mark.usefixtures("house")
def test_a_folder_of_somebody_elses_is_left_alone() -> None:
    write(Path("exports/nano/thesis.txt"), "mine")
    with pytest.raises(InputError, match=r"found something else\. Next: move it away"):
        exported()
    assert Path("exports/nano/thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("forms", ["", "q9", "f16,gguf"])
def test_a_form_that_does_not_exist_is_bad_usage(forms: str) -> None:
    with pytest.raises(UsageError, match="expected of safetensors, f16, q8_0, q4_k_m"):
        verbs.forms_of(forms)


def test_a_run_that_was_not_exported_has_nothing_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OrderError, match="Next: make export RUN=other"):
        verbs.exported("other")


def test_the_modelfile_penalises_as_the_student_is_scored() -> None:
    told = ollama.read_modelfile(layouts.modelfile(CHATML, TRAINED, "./nano-q8_0.gguf"))
    assert told.weights == "./nano-q8_0.gguf"
    assert told.parameters == {
        "stop": ("<|im_end|>",), "num_ctx": ("4096",), "temperature": ("0",), "num_predict": ("128",),
        "repeat_penalty": ("1.2",), "repeat_last_n": ("4096",),
    }  # fmt: skip


@pytest.mark.parametrize(
    "template", ["{{ range .Messages }}x{{ end }}", "{{ .Prompt | json }}", "{{ if .System }}x", "{{ end }}"]
)
def test_a_go_template_that_is_not_understood_is_not_guessed(template: str) -> None:
    with pytest.raises(InputError, match="Modelfile: expected"):
        ollama.parsed(template)


def test_mlc_gets_this_students_values() -> None:
    script = mlc.commands("nano", CHATML, "qwen2")
    for said in ("--quantization q4f16_1", "--model-type qwen2", "--context-window-size 4096",
                 "--prefill-chunk-size 1024",
                 "--device android", "--system-lib-prefix nano_q4f16_1_", "Not run here."):  # fmt: skip
        assert said in script
    shape = Shape(4, 192, 512, 4, 2, 3008, tied=True)
    model = mlc.package_config("nano", shape, CHATML)["model_list"][0]  # type: ignore[index]
    cache = 2 * 2 * 4 * 4096 * 48 * 2  # keys and values, two bytes, 4 layers, 2 heads of 48
    assert model["estimated_vram_bytes"] == int((shape.parameters * 4.5 / 8 + cache) * 1.25)
    assert mlc.ungrouped(shape) == ()
    assert mlc.ungrouped(replace(shape, hidden=200)) == ("hidden 200",)


def test_the_table_tells_what_fell_back_and_what_differs_from_the_original() -> None:
    rouge = {"rouge1_f": 0.331, "rouge2_f": 0.1, "rougeL_f": 0.25}
    scores = [
        FormScore("safetensors", 8_820_000, 12_000.0, 210.0, 0.04, rouge, 10, 10),
        FormScore("q4_k_m", 1_900_000, 30_000.0, 900.0, 0.009, rouge, 7, 10, (-0.01, -0.03, 0.01)),
    ]
    fallen = FormFile("q4_k_m", "nano-q4_k_m.gguf", 1_900_000, "", {}, ("blk.*.attn_k.weight: rows of 192",))
    lines = table(scores, Exported("", TRAINED, CHATML, (fallen,), {}, (Checked("MLC", 1, tokens=False),), {}))
    assert lines[2].endswith("| 33.10 | 10.00 | 25.00 |  | the original |")
    assert "| 9 ms | 33.10 | 10.00 | 25.00 | -1.00 [-3.00, +1.00] | 7 of 10 |" in lines[3]
    assert lines[-1] == "- q4_k_m falls back: blk.*.attn_k.weight: rows of 192"
