"""Ask each way of serving an export what it will send: the files as they stand, by the code that reads them.

safetensors/        transformers' apply_chat_template
llamafactory.yaml   LLaMA-Factory's chat, and its API
Modelfile           Ollama's rules (`ollama.py`); its tokens are those of the GGUF that it names
*.gguf              llama-cpp-python's Jinja2ChatFormatter and llama.cpp's tokenizer
mlc/                MLC's rules (`mlc.py`)
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from curriculum.export import mlc, ollama, tensors
from curriculum.export.convert import needs
from curriculum.export.llama import Model
from curriculum.export.parity import Sender, check
from curriculum.export.probes import Probe
from curriculum.export.schema import Checked, Contract, Laid, Message
from curriculum.export.trained import Factory, FactoryChat, quiet
from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import read_json

SAFETENSORS, MODELFILE, FACTORY, CONVERSATION = "safetensors", "Modelfile", "llamafactory.yaml", "mlc/conversation.json"
NO_TOKENS = "tokens not compared, llama-cpp-python is not installed"


def expected_of(contract: Contract, factory: Factory) -> Sender:
    """Return what was trained on: the contract's text beside the tokens that training makes."""
    return lambda messages: Laid(contract.laid_out(messages), factory.trained(messages).tokens)


def check_all(folder: Path, contract: Contract, factory: Factory, probes: Sequence[Probe]) -> tuple[Checked, ...]:
    """Return how every way of serving the export in a folder compares with what was trained on."""
    expected = expected_of(contract, factory)

    def contract_text(messages: tuple[Message, ...]) -> Laid:
        text = contract.laid_out(messages)
        return Laid(text, tuple(factory.tokenizer.encode(text, add_special_tokens=False)))

    with quiet():
        found = [check("training", contract_text, expected, probes)]
        for name, send, note in senders_of(folder):
            found.append(check(name, send, expected, probes, note))
    return tuple(found)


def senders_of(folder: Path) -> Iterator[tuple[str, Sender, str]]:
    """Yield each way of serving what a folder holds, with a note on what it could not compare."""
    if (folder / SAFETENSORS).is_dir():
        yield "apply_chat_template", by_transformers(folder / SAFETENSORS), ""
        if (folder / FACTORY).is_file():
            chat = FactoryChat(folder / FACTORY, folder / SAFETENSORS)
            yield "llamafactory-cli chat", chat.chat, ""
            yield "llamafactory-cli api", chat.api, ""
    models = {path.name: opened(path) for path in sorted(folder.glob("*.gguf"))}
    if (folder / MODELFILE).is_file():
        yield by_ollama(folder / MODELFILE, models)
    for name, model in models.items():
        if model is None:
            yield f"llama.cpp {name}", by_template(folder / name), NO_TOKENS
        else:
            yield f"llama.cpp {name}", model.laid, ""
    if (folder / CONVERSATION).is_file():
        conversation = read_json(folder / CONVERSATION, dict[str, object])
        yield "MLC", lambda messages: Laid(mlc.rendered(conversation, messages)), "by its rules, not by its code"


def opened(path: Path) -> Model | None:
    """Return a GGUF opened by llama.cpp, None where llama-cpp-python is not installed."""
    try:
        needs("llama_cpp", "llama-cpp-python")
    except NewsLadderError:
        return None
    return Model(path)


def by_transformers(folder: Path) -> Sender:
    """Return what transformers sends with the folder's tokenizer."""
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))

    def send(messages: tuple[Message, ...]) -> Laid:
        said = [{"role": message.role, "content": message.content} for message in messages]
        text = tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        tokens = tokenizer.apply_chat_template(said, add_generation_prompt=True, return_dict=False)
        return Laid(str(text), tuple(int(token) for token in tokens))

    return send


def by_ollama(path: Path, models: dict[str, Model | None]) -> tuple[str, Sender, str]:
    """Return what Ollama sends by a Modelfile; a Modelfile whose weights are not there is an InputError."""
    model = ollama.read_modelfile(path.read_text(encoding="utf-8"))
    if not (path.parent / model.weights).exists():
        raise InputError(str(path), f"the weights that it names, {model.weights}", "no such file", "export again")
    runs = models.get(Path(model.weights).name)

    def send(messages: tuple[Message, ...]) -> Laid:
        text = ollama.sent(model, messages)
        return Laid(text, None if runs is None else tuple(runs.tokens(text)))

    return "Modelfile", send, "by Ollama's rules, not by its code"


def by_template(path: Path) -> Sender:
    """Return what the template in a GGUF makes, without its tokens."""
    if tensors.asks_for_beginning(path):
        raise InputError(
            str(path), "a GGUF without add_bos_token", "one that puts a token before every prompt", "export again"
        )
    return by_jinja(tensors.template_of(path))


def by_jinja(text: str) -> Sender:
    """Return what a chat template makes, rendered with the settings that transformers and llama-cpp-python share."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(text)

    def send(messages: tuple[Message, ...]) -> Laid:
        said = [{"role": message.role, "content": message.content} for message in messages]
        return Laid(template.render(messages=said, add_generation_prompt=True))

    return send
