r"""What Ollama makes of a Modelfile: its parser's rules, and a Go template's few signs that a Modelfile of ours uses.

    >>> read_modelfile('FROM ./x.gguf\nTEMPLATE "{{ .Prompt }}<a>{{ .Response }}"\n').template
    '{{ .Prompt }}<a>{{ .Response }}'

Follows ollama's parser/parser.go and template/template.go (2025): a quoted value loses every character that Go calls
unprintable, U+3000 among them; a template without `.Messages` is run once for each past turn, and for the last one up
to `.Response`. Fields, `if`, `else`, `end` and the trim signs are read, anything else is an error, not a guess.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from curriculum.export.schema import Message
from data_builders.errors import InputError

ACTION = re.compile(r"\{\{(-\s)?\s*(.*?)\s*(\s-)?\}\}", re.DOTALL)
FIELD = re.compile(r"\.(System|Prompt|Response)")
THEN = "export again, or write the Modelfile as export does"


@dataclass(frozen=True, slots=True)
class Modelfile:
    """What a Modelfile says."""

    weights: str
    template: str
    system: str
    parameters: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Node:
    """A piece of a template: text, a field to put in, or an `if` with its two branches."""

    text: str = ""
    name: str = ""
    then: "list[Node]" = field(default_factory=list)
    otherwise: "list[Node]" = field(default_factory=list)


def read_modelfile(text: str) -> Modelfile:
    """Return what Ollama reads in a Modelfile."""
    found: dict[str, str] = {}
    parameters: dict[str, tuple[str, ...]] = {}
    while text := text.lstrip():
        if text.startswith("#"):
            text = text.partition("\n")[2]
            continue
        command, _, text = text.partition(" ")
        name = command.lower()
        if name == "parameter":
            name, _, text = text.partition(" ")
        elif name not in {"from", "template", "system"}:
            raise InputError("Modelfile", "FROM, TEMPLATE, SYSTEM or PARAMETER", command[:40], THEN)
        value, text = value_of(text)
        if command.lower() == "parameter":
            parameters[name] = (*parameters.get(name, ()), value)
        else:
            found[name] = value
    if "from" not in found:
        raise InputError("Modelfile", "a line FROM", "none", THEN)
    return Modelfile(found["from"], found.get("template", "{{ .Prompt }}"), found.get("system", ""), parameters)


def value_of(text: str) -> tuple[str, str]:
    """Return a value and what comes after it; the unprintable is dropped, as the parser does."""
    for quote in ('"""', '"'):
        if text.startswith(quote):
            inside, closed, rest = text[len(quote) :].partition(quote)
            if not closed:
                raise InputError("Modelfile", f"a value that ends with {quote}", "no end", THEN)
            return printable(inside), rest
    line, _, rest = text.partition("\n")
    return printable(line).strip(), rest


def printable(text: str) -> str:
    """Return a text without what Go's strconv.IsPrint refuses, but for line ends and tabs, which the parser keeps."""
    return "".join(sign for sign in text if sign in " \n\r\t" or unicodedata.category(sign)[0] in "LMNPS")


def parsed(template: str) -> list[Node]:
    """Return a Go template as nodes; a sign that is not known here is an InputError."""
    stack: list[tuple[Node, list[Node]]] = []
    into: list[Node] = []
    root, at, trim = into, 0, False
    for action in ACTION.finditer(template):
        before = template[at : action.start()]
        before = before.lstrip() if trim else before
        into.append(Node(text=before.rstrip() if action[1] else before))
        at, trim, said = action.end(), bool(action[3]), action[2]
        if said.startswith("if ") and FIELD.fullmatch(said[3:].strip()):
            node = Node(name=said[3:].strip()[1:])
            stack.append((node, into))
            into.append(Node(then=[node]))
            into = node.then
        elif said == "else" and stack:
            into = stack[-1][0].otherwise
        elif said == "end" and stack:
            into = stack.pop()[1]
        elif FIELD.fullmatch(said):
            into.append(Node(name=said[1:]))
        else:
            raise InputError("Modelfile", "a template of fields, if, else and end", "{{ " + said + " }}", THEN)
    if stack:
        raise InputError("Modelfile", "an end for every if", "none", THEN)
    into.append(Node(text=template[at:].lstrip() if trim else template[at:]))
    return root


def rendered(nodes: Sequence[Node], values: Mapping[str, str], cut: list[bool]) -> str:
    """Return the text of nodes; with `cut` set to [False] all from the first `.Response` on is left out."""
    text = ""
    for node in nodes:
        if cut and cut[0]:
            break
        if node.then and not node.name:  # an if: its own node names the field
            chosen = node.then[0]
            branch = chosen.then if values.get(chosen.name) else chosen.otherwise
            text += rendered(branch, values, cut)
        elif node.name == "Response" and cut:
            cut[0] = True
        else:
            text += node.text + values.get(node.name, "")
    return text


def sent(model: Modelfile, messages: Sequence[Message]) -> str:
    """Return the prompt that Ollama sends for a chat."""
    if messages and messages[0].role != "system" and model.system:
        messages = (Message("system", model.system), *messages)
    nodes = parsed(model.template)
    if ".Response" not in model.template:
        nodes.append(Node(name="Response"))
    text, values = "", {"System": "", "Prompt": "", "Response": ""}
    for message in messages:
        kind = {"system": "System", "user": "Prompt", "assistant": "Response"}[message.role]
        past = {"System": ("Prompt", "Response"), "Prompt": ("Response",), "Response": ()}[kind]
        if any(values[name] for name in past):
            text += rendered(nodes, values, [])
            values = dict.fromkeys(values, "")
        values[kind] = message.content
    return text + rendered(nodes, values, [False])
