"""The records of a curriculum: what was planned, what each rung is made of and costs, what came of it.

    text -> Plan(Rung, …, Strategy) -> Cost per rung -> recipe.yaml -> Job -> StageManifest -> RunManifest

A plan is data: it names no folder that was not named to it and holds nothing of the machine.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Control = Literal["none", "tokens", "steps"]
Method = Literal["full", "only_attn", "only_mlp", "lora", "lora_qv", "lora_split", "lora_multitask", "qlora"]
Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """One training of a plan: its folder's name, and the stages (or tasks) whose rows it trains on together."""

    name: str
    stages: tuple[str, ...]

    @property
    def pretrains(self) -> bool:
        """Whether it is S0, pretraining on raw text."""
        return self.stages == ("s0",)


@dataclass(frozen=True, slots=True)
class Strategy:
    """How the weights are trained: by which method, whether S5's rate is S1's again, whether rates stay constant."""

    name: str
    method: Method = "full"
    resets_rate: bool = False
    constant: bool = False

    @property
    def adapts(self) -> bool:
        """Whether an adapter is trained beside frozen weights."""
        return self.method.startswith(("lora", "qlora"))

    @property
    def quantizes(self) -> bool:
        """Whether the frozen weights are kept in 4 bits, which needs a GPU."""
        return self.method.startswith("qlora")

    @property
    def freezes(self) -> bool:
        """Whether whole weights are trained, but not all of them."""
        return self.method in {"only_attn", "only_mlp"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run as it was asked for: `data` is a folder, `data_strategy` its v1..v4 or ""."""

    name: str
    rungs: tuple[Rung, ...]
    strategy: Strategy
    profile: str
    student: str
    data: str
    run: str
    data_strategy: str = ""
    seed: int = 42
    control: Control = "none"
    tracker: str = ""
    packing: bool = False
    most_cut: float = 0.0
    gates: str = ""

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a student's config says of its size; enough to count weights and bound memory."""

    layers: int
    hidden: int
    intermediate: int
    heads: int
    key_value_heads: int
    vocabulary: int
    tied: bool

    @property
    def attention(self) -> int:
        """The weights of one layer's attention: q, k, v, o and the biases of the first three (Qwen2's)."""
        width = self.hidden // self.heads * self.key_value_heads
        return 2 * self.hidden**2 + 2 * self.hidden * width + self.hidden + 2 * width

    @property
    def mlp(self) -> int:
        """The weights of one layer's gate, up and down."""
        return 3 * self.hidden * self.intermediate

    @property
    def parameters(self) -> int:
        """All weights."""
        embeddings = self.vocabulary * self.hidden * (1 if self.tied else 2)
        return embeddings + self.layers * (self.attention + self.mlp + 2 * self.hidden) + self.hidden


@dataclass(frozen=True, slots=True)
class Lengths:
    """The tokens of each row of one dataset, prompt and answer apart."""

    prompts: tuple[int, ...]
    answers: tuple[int, ...]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.prompts)

    @property
    def totals(self) -> tuple[int, ...]:
        """Prompt and answer together, row by row."""
        return tuple(p + a for p, a in zip(self.prompts, self.answers, strict=True))


@dataclass(frozen=True, slots=True)
class Cut:
    """What `cutoff_len` would cut in one rung's rows."""

    rows: int
    prompts_cut: int
    answers_cut: int

    @property
    def share(self) -> float:
        """The share of the rows that would lose anything."""
        return max(self.prompts_cut, self.answers_cut) / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one rung costs: `tokens` and `learned` are over all epochs, `learned` the ones that count in the loss."""

    rung: str
    rows: int
    tokens: int
    learned: int
    epochs: float
    steps: int
    longest: int
    trainable: int
    seconds: float
    memory: int
    cut: Cut


@dataclass(frozen=True, slots=True)
class StageManifest:
    """What leads from one stage's model back to all that made it."""

    run: str
    plan: str
    rung: str
    strategy: str
    seed: int
    recipe: str
    recipe_sha256: str
    settings: dict[str, object]
    parent: str
    parent_sha256: str
    data: dict[str, str]
    ledgers: dict[str, str]
    result_sha256: str
    dev_loss: dict[str, float]
    seconds: float
    cost: Cost
    code: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What leads from a run's last model back: the plan as asked, each stage's result and manifest, the gates."""

    run: str
    plan: Plan
    student_sha256: str
    stages: dict[str, str]
    final: str
    final_sha256: str
    gates: tuple[str, ...] = ()
    code: str = ""
    environment: dict[str, str] = field(default_factory=dict)
