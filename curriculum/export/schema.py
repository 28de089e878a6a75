r"""The records of an export: what was trained, the prompt it was trained on, what was written, what each form does.

    run -> Trained -> Contract -> files -> Exported (manifest.json) -> FormScore (forms.json)

>>> Contract("甲", head="<s>", middle="<u>", opened="<u>", tail="<a>", turn="<a>", end="\n").prompt("乙")
'<s>甲<u>乙<a>'
"""

from dataclasses import dataclass
from typing import Literal, get_args

from curriculum.schema import Value

Form = Literal["safetensors", "f16", "q8_0", "q4_k_m"]
FORMS: tuple[Form, ...] = get_args(Form)
GGUF: tuple[Form, ...] = FORMS[1:]
Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run trained: where it lies, by which recipe, and the generation its profile predicts with.

    `settings` are the recipe's keys that decide the prompt; `weights` is the digest of the weights' file.
    """

    run: str
    stage: str
    folder: str
    profile: str
    data: str
    weights: str
    settings: dict[str, object]
    generation: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Contract:
    """The prompt that a student was trained on, in pieces, and what ends its answer.

    One turn is `head + system + middle + user + tail`. Without any system message it opens with `opened`. A past turn
    is `user + turn + answer + end`, and the next one opens as the first does without a system message; `follow` is
    what opens it. `stops` are the tokens that end an answer, by text and number; `bos` tells whether the prompt itself
    starts with a token for the beginning of text.
    """

    system: str
    head: str
    middle: str
    opened: str
    tail: str
    turn: str
    end: str
    follow: str = ""
    stops: tuple[tuple[str, int], ...] = ()
    template: str = ""
    context: int = 0

    def prompt(self, user: str) -> str:
        """Return the prompt of one question under the student's own system message."""
        return self.laid_out((Message("user", user),))

    def laid_out(self, messages: tuple[Message, ...]) -> str:
        """Return the prompt of a chat that ends with the user; without a system message it is the student's own."""
        told = messages[0].content if messages[0].role == "system" else self.system
        turns = messages[1:] if messages[0].role == "system" else messages
        text = f"{self.head}{told}{self.middle}" if told else self.opened
        for place, message in enumerate(turns):
            if message.role == "assistant":
                text += message.content + self.end + self.follow
            else:
                text += message.content + (self.tail if place == len(turns) - 1 else self.turn)
        return text


@dataclass(frozen=True, slots=True)
class Laid:
    """A prompt as one way of serving sends it: its text, and its tokens (None where that way is not to be had here)."""

    text: str
    tokens: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """Where one way of serving sends something else than was trained on."""

    sender: str
    probe: str
    at: int
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One way of serving, held against what was trained on: how many prompts, and whether tokens were compared."""

    sender: str
    prompts: int
    tokens: bool
    drifts: tuple[Drift, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormFile:
    """One form that was written: its file or folder, size, digest, and for GGUF how many tensors have which type."""

    form: Form
    path: str
    size: int
    sha256: str
    tensors: dict[str, int]
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """`exports/<run>/manifest.json`: what was exported from what, and that every way of serving sends as it should."""

    key: str
    trained: Trained
    contract: Contract
    forms: tuple[FormFile, ...]
    files: dict[str, str]
    checked: tuple[Checked, ...]
    made_with: dict[str, str]


@dataclass(frozen=True, slots=True)
class FormScore:
    """What one form does on the test rows.

    Speeds are medians over prompts; `same` counts the answers that equal the original's; `delta` is ROUGE-L minus the
    original's with its 95 % interval over the articles.
    """

    form: str
    size: int
    prompt_rate: float
    answer_rate: float
    first_token: float
    rouge: dict[str, float]
    same: int
    rows: int
    delta: tuple[float, float, float] = (0.0, 0.0, 0.0)
