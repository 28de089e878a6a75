r"""Write a student's prompt down for each way of serving it: chat template, Modelfile, MLC's conversation, a YAML.

    >>> chat_template(contract)[:40]
    "{%- if messages[0]['role'] == 'system' -"

The system message that the student was trained under stands in each of them, so that a chat without one gets it: the
template that Qwen2.5 comes with would say "You are Qwen, created by Alibaba Cloud." there, which the student has never
seen. Each is one line without free white space: what trims blocks cannot change it.
"""

from pathlib import Path

import yaml

from curriculum.export.schema import Contract, Form, Trained
from data_builders.errors import InputError

# The file that a Modelfile names: what a phone would run, when it is there.
PREFERRED: tuple[Form, ...] = ("q4_k_m", "q8_0", "f16", "safetensors")


def chat_template(contract: Contract) -> str:
    """Return the Jinja template of a tokenizer, which llama.cpp renders from the GGUF, too."""
    head, middle, opened, tail, turn, end, system = (
        quoted(part)
        for part in (
            contract.head, contract.middle, contract.opened, contract.tail, contract.turn,
            contract.end + contract.follow, contract.system,
        )
    )  # fmt: skip
    return (
        "{%- if messages[0]['role'] == 'system' -%}"
        "{%- set told = messages[0]['content'] -%}{%- set turns = messages[1:] -%}"
        f"{{%- else -%}}{{%- set told = {system} -%}}{{%- set turns = messages -%}}{{%- endif -%}}"
        f"{{%- if told -%}}{{{{- {head} + told + {middle} -}}}}{{%- else -%}}{{{{- {opened} -}}}}{{%- endif -%}}"
        "{%- for turn in turns -%}"
        f"{{%- if turn['role'] == 'assistant' -%}}{{{{- turn['content'] + {end} -}}}}"
        f"{{%- elif loop.last -%}}{{{{- turn['content'] + {tail} -}}}}"
        f"{{%- else -%}}{{{{- turn['content'] + {turn} -}}}}{{%- endif -%}}"
        "{%- endfor -%}"
    )


def quoted(text: str) -> str:
    """Return a text as a literal of Jinja, on one line."""
    plain = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + plain.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"


def modelfile(contract: Contract, trained: Trained, weights: str) -> str:
    """Return the Modelfile for Ollama, with the generation that the student is scored by."""
    lines = [
        f"# {trained.run}/{trained.stage} for Ollama: ollama create {trained.run.replace('/', '-')} -f Modelfile",
        f"FROM {weights}",
        f'TEMPLATE """{go_template(contract)}"""',
    ]
    if contract.system:
        lines.append(f'SYSTEM """{unbroken(contract.system)}"""')
    lines += [f'PARAMETER stop "{stop}"' for stop, _ in contract.stops]
    lines += [f"PARAMETER {name} {value}" for name, value in parameters(contract, trained).items()]
    return "\n".join(lines) + "\n"


def parameters(contract: Contract, trained: Trained) -> dict[str, str]:
    """Return Ollama's parameters; its penalty looks at 64 tokens unless told more, transformers' at all."""
    told = {"num_ctx": str(contract.context), "temperature": "0"}
    most = trained.generation.get("max_new_tokens")
    penalty = trained.generation.get("repetition_penalty", 1.0)
    told |= {"num_predict": str(most)} if most else {}
    return told | {"repeat_penalty": str(penalty), "repeat_last_n": str(contract.context)}


def go_template(contract: Contract) -> str:
    """Return Ollama's template; each past turn is rendered whole, the last one up to `.Response`."""
    # Ollama clears `.System` after the first turn; the Modelfile's own stands in every first one, where there is one.
    bare = contract.follow if contract.system else contract.opened
    head, middle, opened, tail, end = map(unbroken, (contract.head, contract.middle, bare, contract.tail, contract.end))
    if contract.turn != contract.tail:
        then = "serve it by llama.cpp or LLaMA-Factory, whose templates can tell past turns from the last"
        raise InputError("Modelfile", "turns that all end alike", "a last turn of its own", then)
    first = f"{{{{ if .System }}}}{head}{{{{ .System }}}}{middle}{{{{ else }}}}{opened}{{{{ end }}}}"
    return f"{first}{{{{ .Prompt }}}}{tail}{{{{ .Response }}}}{end}"


def unbroken(text: str) -> str:
    """Return a text that a Modelfile can hold between its quotes; one that would end them is an InputError."""
    for sign in ('"""', "{{", "}}"):
        if sign in text:
            then = "leave it out of the system message, and train again"
            raise InputError("Modelfile", "a template and a system message without it", sign, then)
    return text


def conversation(contract: Contract) -> dict[str, object]:
    """Return MLC's conversation: the system template opens the first turn, the roles open the others."""
    return {
        "name": "newsladder",
        "system_template": f"{contract.head}{{system_message}}{contract.middle}"
        if contract.system
        else contract.opened,
        "system_message": contract.system,
        "add_role_after_system_message": False,
        "roles": {"user": contract.follow, "assistant": contract.tail},
        "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}"},
        "seps": ["", contract.end],
        "role_content_sep": "",
        "role_empty_sep": "",
        "stop_str": [stop for stop, _ in contract.stops],
        "stop_token_ids": [number for _, number in contract.stops],
    }


def factory_settings(contract: Contract, trained: Trained, model: Path) -> str:
    """Return what `llamafactory-cli chat` and `api` have to be started with, as YAML."""
    kept = {key: value for key, value in trained.settings.items() if key != "stage"}
    told = {
        "model_name_or_path": model.as_posix(),
        **kept,
        "default_system": contract.system,
        "infer_backend": "huggingface",
    }
    told |= {key: trained.generation[key] for key in ("do_sample", "repetition_penalty", "max_new_tokens")
             if key in trained.generation}  # fmt: skip
    told.setdefault("repetition_penalty", 1.0)
    header = (
        f"# {trained.run}/{trained.stage} by LLaMA-Factory's chat and API, under the prompt it was trained on.\n"
        f"# launch       llamafactory-cli chat {model.parent.as_posix()}/llamafactory.yaml\n"
        f"#              API_HOST=127.0.0.1 llamafactory-cli api {model.parent.as_posix()}/llamafactory.yaml\n"
        "# note         without default_system the template qwen says it is made by Alibaba Cloud\n\n"
    )
    return header + yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
