"""A prompt trained on, small enough to read, and an export's layouts of it: what the tests of this folder share."""

from dataclasses import replace
from pathlib import Path

from curriculum.export import layouts, mlc, ollama, senders
from curriculum.export.parity import Sender, check
from curriculum.export.probes import Probe, probes
from curriculum.export.schema import Checked, Contract, Laid, Trained

CHATML = Contract(
    system="你是編輯。",
    head="<|im_start|>system\n",
    middle="<|im_end|>\n<|im_start|>user\n",
    opened="<|im_start|>user\n",
    tail="<|im_end|>\n<|im_start|>assistant\n",
    turn="<|im_end|>\n<|im_start|>assistant\n",
    end="<|im_end|>\n",
    follow="<|im_start|>user\n",
    stops=(("<|im_end|>", 2),),
    template="qwen",
    context=4096,
)
# Gemma's way: a sign for the beginning of text, the system message in the user's turn.
GEMMA = replace(
    CHATML,
    head="<bos><start_of_turn>user\n",
    middle="\n\n",
    opened="<bos><start_of_turn>user\n",
    tail="<end_of_turn>\n<start_of_turn>model\n",
    turn="<end_of_turn>\n<start_of_turn>model\n",
    end="<end_of_turn>\n<start_of_turn>user\n",
    follow="",
    stops=(("<end_of_turn>", 107),),
)
TRAINED = Trained(
    run="nano",
    stage="s5",
    folder="saves/nano/s5",
    profile="nano",
    data="data",
    weights="77",
    settings={"template": "qwen", "default_system": "你是編輯。", "stage": "sft"},
    generation={"do_sample": False, "repetition_penalty": 1.2, "max_new_tokens": 128},
)


def files_of(contract: Contract) -> dict[str, str]:
    """The layouts of a contract that need no model, by the name of their file."""
    return {
        "chat_template.jinja": layouts.chat_template(contract),
        "Modelfile": layouts.modelfile(contract, TRAINED, "./nano-q8_0.gguf"),
    }


def by_modelfile(text: str) -> Sender:
    model = ollama.read_modelfile(text)
    return lambda messages: Laid(ollama.sent(model, messages))


def ways(files: dict[str, str], contract: Contract) -> dict[str, Sender]:
    """What each layout sends; MLC's conversation is no text of its own."""
    conversation = layouts.conversation(contract)
    return {
        "chat_template.jinja": senders.by_jinja(files["chat_template.jinja"]),
        "Modelfile": by_modelfile(files["Modelfile"]),
        "MLC": lambda messages: Laid(mlc.rendered(conversation, messages)),
    }


def checked(name: str, send: Sender, contract: Contract, tried: tuple[Probe, ...] = ()) -> Checked:
    return check(name, send, lambda messages: Laid(contract.laid_out(messages)), tried or probes(contract, ()))


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
