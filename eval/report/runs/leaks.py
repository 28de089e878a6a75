"""Leak certificates: as the manifests hold them, made again where they are missing or do not fit the files.

    >>> contamination_of([scored])[0].proofs[0].result
    'clean'

A certificate speaks of files by their digests; one that speaks of another test file proves nothing of this one. Where a
folder is not clean, every run's numbers are shown over the clean and the leaky test articles apart.
"""

from collections.abc import Sequence
from pathlib import Path

from data_builders.curate.certificate import certify, likeness_of_folder
from data_builders.jsonl import digest_of
from data_builders.schema import Certificate
from eval.report.runs.columns import TESTED
from eval.report.runs.schema import Contamination, Number, Proof
from eval.report.runs.scores import Scored, numbers_of, only


def contamination_of(scored: Sequence[Scored]) -> tuple[Contamination, ...]:
    """Return the certificates of every data folder that the runs have."""
    folders: dict[Path, list[Scored]] = {}
    for one in scored:
        folders.setdefault(one.run.folders.data, []).append(one)
    return tuple(of_folder(data, same) for data, same in folders.items())


def of_folder(data: Path, scored: Sequence[Scored]) -> Contamination:
    """Return one folder's certificates, and the scores of both halves where it is not clean."""
    run = scored[0].run
    name = "data" if data.name == "data" else f"data/{data.name}"
    made = [(one.step, one.certificate) for one in (run.curated, *run.built) if one is not None]
    held = [(step, proof) for step, proof in made if proof]
    fits = bool(held) and all(speaks_of_it(proof, data) for _, proof in held)
    proofs = tuple(proof_of(step, proof, again=False) for step, proof in held)
    if fits and all(proof.result == "clean" for _, proof in held):
        return Contamination(name, proofs, (), {}, "")
    again = certified(data)
    if again is None:
        note = "沒有洩漏憑證，也沒有可以重驗的訓練檔：不知道測試文章是否洩漏。"
        return Contamination(name, proofs, (), {}, note)
    proof, leaky = again
    note = "" if fits else "憑證不是這些檔案的，已當場重驗。" if held else "清單裡沒有洩漏憑證，已當場重驗。"
    ids = {pair.id for pair in run.pairs}
    touched = sorted(ids & leaky)
    subsets = subsets_of(scored, set(touched)) if touched else {}
    return Contamination(name, (*proofs, proof), tuple(touched), subsets, note)


def speaks_of_it(proof: Certificate, data: Path) -> bool:
    """Whether a certificate's files are those that lie in the folder now."""
    named = proof.train | proof.test
    files = {name: data / name if "/" in name else data / "articles" / name for name in named}
    return all(file.is_file() and digest_of(file) == named[name] for name, file in files.items())


def certified(data: Path) -> tuple[Proof, set[str]] | None:
    """Compare the folder's training files with its test articles; None where there is nothing to compare."""
    test = data / "articles" / "test.jsonl"
    train = [data / "articles" / "train.jsonl", *sorted((data / "stages").glob("s*_train.jsonl"))]
    train = [file for file in train if file.is_file()]
    if not test.is_file() or not train:
        return None
    made, leaks = certify(train, [test], likeness_of_folder(data / "articles"))
    return proof_of("report", made, again=True), {leak.test for leak in leaks}


def proof_of(step: str, made: Certificate, again: bool) -> Proof:
    """Return a certificate as one row."""
    alike = ", ".join(f"{name} {share:g}" for name, share in made.likeness.items())
    return Proof(step, made.result, made.leaks, made.pairs, alike, again)


def subsets_of(scored: Sequence[Scored], leaky: set[str]) -> dict[str, dict[str, dict[str, Number]]]:
    """Return every run's numbers on the clean and on the leaky test articles."""
    found: dict[str, dict[str, dict[str, Number]]] = {one.run.name: {} for one in scored}
    every = {pair.id for pair in scored[0].run.pairs}
    for name, ids in (("clean", every - leaky), ("leaky", leaky)):
        for one in scored:
            part = type(one.system)(one.system.name, one.system.path, only(one.system.values, ids), one.system.how)
            found[one.run.name][name] = {
                metric: numbers_of([part], metric)[one.system.name] for metric in TESTED if part.values.get(metric)
            }
    return found
