"""What a rung costs before it runs: rows, tokens, steps by counting, seconds and memory by constants.

    >>> cost.steps                        # ceil(75 rows / batch 2) x 3 epochs
    114

Steps and tokens are exact: they are what the trainer will do. Seconds are floating-point operations (6 per trained
weight and token, 4 where a weight is frozen, and 12 x layers x hidden x length for attention) over the rate that the
machine of `RATES` reached, plus what every stage pays to start and to look at the dev rows. Memory is what importing
LLaMA-Factory takes, 4 bytes a weight, 12 more where it is trained (gradient, two moments of Adam), and the activations
of the longest batch, whose logits weigh most with a small student.
"""

from curriculum.lengths import cut_of
from curriculum.recipe import Budget
from curriculum.schema import Cost, Lengths, Rung, Shape, Strategy
from curriculum.strategies import ADAPTERS, expected_weights
from curriculum.tasks import profile_of

# Operations a second, for want of better: nano's is a round figure for two CPU cores, full's half of what a GPU of 100
# TFLOPS in bf16 commonly reaches with half-billion models. Neither is a measurement, and the plan says so.
RATES = {"nano": 5e10, "full": 2e13}
HOW = {
    "nano": "seconds from 5e10 operations a second, a round figure for two CPU cores, with 4 s to start",
    "full": "seconds from 2e13 operations a second, assumed for one GPU with bf16, not measured",
}
START_SECONDS = {"nano": 4.0, "full": 40.0}
PROCESS_BYTES = {"nano": 1_250_000_000, "full": 3_000_000_000}
PRETRAINING_TEXTS = 1000  # LLaMA-Factory joins that many texts before it cuts blocks of them, and drops the rest


def cost_of(rung: Rung, lengths: Lengths, profile: str, strategy: Strategy, shape: Shape, budget: Budget) -> Cost:
    """Return the cost of a rung."""
    made = profile_of(profile, rung.stages)
    epochs = budget.epochs or made.epochs
    cutoff = made.pretraining_cutoff if rung.pretrains else made.cutoff
    batch = made.pretraining_batch if rung.pretrains else made.batch
    totals = blocks(lengths, cutoff) if rung.pretrains else [min(total, cutoff) for total in lengths.totals]
    per_epoch = -(-len(totals) // (batch * made.accumulation)) if totals else 0
    steps = budget.steps or -int(-epochs * per_epoch // 1)
    passes = steps / per_epoch if per_epoch else 0.0
    everything = rung.pretrains or bool(made.loss)
    learned = sum(totals) if everything else sum(lengths.answers)
    trained = trainable(strategy, shape) if not rung.pretrains else shape.parameters
    longest = max(totals, default=0)
    return Cost(
        rung.name,
        lengths.rows,
        round(sum(totals) * passes),
        round(learned * passes),
        round(passes, 4),
        steps,
        longest,
        trained,
        START_SECONDS[profile] + operations(totals, shape, trained) * passes / RATES[profile],
        PROCESS_BYTES[profile] + state_bytes(shape, trained) + activations(shape, longest, batch),
        cut_of(lengths, 2**31 if rung.pretrains else cutoff),
    )


def blocks(lengths: Lengths, cutoff: int) -> list[int]:
    """Return the packed blocks of pretraining: whole ones only, from each thousand texts."""
    chunks = [lengths.totals[at : at + PRETRAINING_TEXTS] for at in range(0, lengths.rows, PRETRAINING_TEXTS)]
    return [cutoff for chunk in chunks for _ in range((sum(chunk) + len(chunk)) // cutoff)]


def trainable(strategy: Strategy, shape: Shape) -> int:
    """Return how many weights a strategy trains."""
    if strategy.method == "full":
        return shape.parameters
    if strategy.freezes:
        return shape.layers * (shape.attention if strategy.method == "only_attn" else shape.mlp)
    narrow = shape.hidden // shape.heads * shape.key_value_heads
    sizes = {
        "q_proj": (shape.hidden, shape.hidden),
        "k_proj": (shape.hidden, narrow),
        "v_proj": (shape.hidden, narrow),
        "o_proj": (shape.hidden, shape.hidden),
        "gate_proj": (shape.hidden, shape.intermediate),
        "up_proj": (shape.hidden, shape.intermediate),
        "down_proj": (shape.intermediate, shape.hidden),
    }
    ranks = ADAPTERS[strategy.method]
    return sum(ranks[name] * sum(sizes[name]) for _, name in expected_weights(strategy, shape.layers))


def operations(totals: list[int], shape: Shape, trained: int) -> float:
    """Return the floating-point operations of one pass over rows of these lengths, forward and backward."""
    share = min(trained / shape.parameters, 1.0)
    a_weight = 4 + 2 * share
    return sum(
        a_weight * shape.parameters * total + 12.0 * shape.layers * shape.hidden * total * total for total in totals
    )


def state_bytes(shape: Shape, trained: int) -> int:
    """Return the bytes of weights, gradients and the optimiser's two moments, in 32 bits."""
    return 4 * max(shape.parameters, trained) + 12 * trained


def activations(shape: Shape, longest: int, batch: int) -> int:
    """Return the bytes that a batch of the longest rows holds until its backward pass: layers, and logits thrice."""
    a_token = shape.layers * (14 * shape.hidden + 3 * shape.intermediate) + 3 * shape.vocabulary
    return 4 * batch * longest * a_token
