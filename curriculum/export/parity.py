"""Hold every way of serving against the prompt that was trained on: byte for byte, and token for token.

    >>> check("Modelfile", send, expected, probes).drifts
    (Drift(sender='Modelfile', probe='plain', at=33, expected='…', found='…'),)

What was trained on comes from LLaMA-Factory's own encoding (`trained.Factory`); the first way that is checked is
therefore the contract itself, whose text, encoded at once, has to give the very tokens that training made piece by
piece. A way whose tokens are not to be had here is compared by its text alone, and says so.
"""

from collections.abc import Callable, Iterable, Sequence

from curriculum.export.probes import Probe
from curriculum.export.schema import Checked, Drift, Laid, Message
from data_builders.errors import InputError

Sender = Callable[[tuple[Message, ...]], Laid]
AROUND = 16  # characters that an error quotes on either side
MOST = 3  # drifts that are kept of one way; one is enough to refuse


def check(name: str, send: Sender, expected: Sender, probes: Iterable[Probe], note: str = "") -> Checked:
    """Return how one way of serving compares with what was trained on, over all probes."""
    drifts: list[Drift] = []
    tokens, asked = True, 0
    for probe in probes:
        asked += 1
        sent, wanted = send(probe.messages), expected(probe.messages)
        tokens = tokens and sent.tokens is not None
        found = drift_of(name, probe.name, sent, wanted)
        if found and len(drifts) < MOST:
            drifts.append(found)
    return Checked(name, asked, tokens, tuple(drifts), note)


def drift_of(sender: str, probe: str, sent: Laid, wanted: Laid) -> Drift | None:
    """Return where a prompt first differs, by bytes of its text, by tokens where the text is equal; None for equal."""
    if sent.text != wanted.text:
        at = first_difference(sent.text, wanted.text)
        said, was = (around(text, at) for text in (sent.text, wanted.text))
        return Drift(sender, probe, len(wanted.text[:at].encode("utf-8", "surrogatepass")), was, said)
    if sent.tokens is not None and wanted.tokens is not None and sent.tokens != wanted.tokens:
        at = first_difference(sent.tokens, wanted.tokens)
        said, was = (f"tokens {list(tokens[max(0, at - 2) : at + 3])} from {max(0, at - 2)} on of {len(tokens)}"
                     for tokens in (sent.tokens, wanted.tokens))  # fmt: skip
        return Drift(sender, probe, at, was, said)
    return None


def first_difference(one: Sequence[object], other: Sequence[object]) -> int:
    """Return the first place at which two sequences differ; the shorter one's length where it begins the longer."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def around(text: str, at: int) -> str:
    """Return the text around a place, line ends shown."""
    start, end = max(0, at - AROUND), at + AROUND
    cut = text[start:end].replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}" if cut else "the end"


def refuse(checked: Sequence[Checked], run: str) -> None:
    """Raise an InputError for the first way that would send something else than was trained on."""
    drifts = [drift for one in checked for drift in one.drifts]
    if not drifts:
        return
    first, ways = drifts[0], sum(bool(one.drifts) for one in checked)
    where = f"{first.sender} ({first.probe})"
    kind = "token" if first.found.startswith("tokens [") else "byte"
    others = f" (and {ways - 1} other way{'s' if ways > 2 else ''} of serving)" if ways > 1 else ""
    then = f"make export RUN={run}, and keep what it writes as it is; nothing was exported that sends another prompt"
    raise InputError(
        where, f"the prompt trained on, 「{first.expected}」", f"at {kind} {first.at} 「{first.found}」{others}", then
    )


def lines_of(checked: Sequence[Checked]) -> tuple[str, ...]:
    """Return a line for each way of serving."""
    told = []
    for one in checked:
        compared = "bytes and tokens" if one.tokens else "bytes"
        first = one.drifts[0] if one.drifts else None
        state = (
            f"DIFFERS at {first.at} in 「{first.probe}」: trained on 「{first.expected}」, sends 「{first.found}」"
            if first
            else f"{one.prompts} prompts equal ({compared})"
        )
        told.append(f"{one.sender:<28} {state}{f'; {one.note}' if one.note else ''}")
    return tuple(told)
