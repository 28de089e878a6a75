"""Score each side's answers: ROUGE-1/2/L/Lsum and BERTScore, by `eval`'s metrics, kept until the answers change.

    results/try/distilgpt2/pretrained/scores.json      ROUGE      bertscore.json      BERTScore

English answers are scored as the published table's were (rouge_score's own tokens); where Chinese is among them, by
characters with Latin words whole, since that tokenizer sees nothing of Chinese. Heads and thoughts are off already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curriculum.comparison.schema import Answers, Asked
from curriculum.launch import Launcher
from curriculum.runner import last_words
from data_builders.baselines import language_of
from data_builders.bert_standin import NAME as STANDIN
from data_builders.errors import NewsLadderError, TrainError
from data_builders.jsonl import digest_of, read_json, write_json
from eval.compare.read import read_system
from eval.compare.schema import System
from eval.metrics import score
from eval.pairs import read_pairs
from eval.predict.run import identity_of
from eval.predictions import HEAD_STRIPPED, THOUGHT_STRIPPED
from eval.schema import ModelChoice, Pair

NOTE = f"{HEAD_STRIPPED}|{THOUGHT_STRIPPED}"
NO_BERT = "none"
BERT_FOR = {("zh",): "bert-base-chinese", ("en",): "roberta-large", ("en", "zh"): "bert-base-multilingual-cased"}
ROUGE = ("rouge1_f", "rouge2_f", "rougeL_f", "rougeLsum_f")
BERT = ("bertscore_p", "bertscore_r", "bertscore_f")


@dataclass(frozen=True, slots=True)
class Scored:
    """The systems by (model, side), the test ids by language, and what could not be scored."""

    systems: dict[tuple[str, str], System]
    languages: dict[str, frozenset[str]]
    notes: tuple[str, ...]


def score_all(asked: Asked, answers: Sequence[Answers], articles: Path, launcher: Launcher) -> Scored:
    """Score every side that answered; BERTScore without its model is told once, and ROUGE stands."""
    notes: list[str] = []
    systems: dict[tuple[str, str], System] = {}
    languages: dict[str, frozenset[str]] = {}
    bert = ModelChoice(NO_BERT)
    for one in answers:
        file = Path(one.pairs)
        pairs = read_pairs(file)
        if not languages:
            languages = by_language(pairs)
            bert = bert_of(asked, tuple(languages), articles, launcher, notes)
        system = rouge_of(asked, one, file, pairs, "en" if set(languages) == {"en"} else "zh")
        if bert.name != NO_BERT:
            try:
                system = with_bert(system, file, pairs, bert)
            except NewsLadderError as error:
                notes.append(f"no BERTScore: {error}")
                bert = ModelChoice(NO_BERT)
        systems[one.model, one.side] = system
    return Scored(systems, languages, tuple(notes))


def by_language(pairs: Sequence[Pair]) -> dict[str, frozenset[str]]:
    """Return the ids of each language's pairs, languages in order."""
    found: dict[str, set[str]] = {}
    for pair in pairs:
        found.setdefault(language_of(pair.article), set()).add(pair.id)
    return {language: frozenset(found[language]) for language in sorted(found)}


def bert_of(
    asked: Asked, languages: tuple[str, ...], articles: Path, launcher: Launcher, notes: list[str]
) -> ModelChoice:
    """Return the model of BERTScore: as asked for, a stand-in for stand-ins, or the usual one of the languages."""
    if asked.bert:
        return ModelChoice(asked.bert)
    if asked.profile != "nano":
        return ModelChoice(BERT_FOR[languages])
    folder = asked.saves / "standins" / STANDIN
    notes.append("BERTScore by a stand-in with random weights: a number to try the road, not to quote")
    if not (folder / "model.safetensors").is_file():
        log = folder.with_suffix(".log")
        log.parent.mkdir(parents=True, exist_ok=True)
        command = ("python", "-m", "data_builders.bert_standin", articles.as_posix(), folder.as_posix())
        if launcher.run(command, log, lambda: None):
            raise TrainError(STANDIN, "a BERT of random weights", last_words(log), f"look at {log}")
    return ModelChoice(folder.as_posix())


def rouge_of(asked: Asked, one: Answers, pairs_file: Path, pairs: Sequence[Pair], language: str) -> System:
    """Return one side's ROUGE, scored anew only where pairs or mode have changed."""
    mode = asked.rouge or {"en": "rouge_score-english", "zh": "rouge_score-char"}[language]
    return kept(pairs_file, "scores.json", f"rouge {mode}", pairs, ("rouge", mode, None), f"{one.model} {one.side}")


def with_bert(system: System, pairs_file: Path, pairs: Sequence[Pair], bert: ModelChoice) -> System:
    """Return a system with BERTScore among its values."""
    made_by = f"bertscore {identity_of(bert.name, '')}"
    found = kept(pairs_file, "bertscore.json", made_by, pairs, ("bertscore", "", bert), system.name)
    return System(
        system.name, system.path, system.values | found.values, system.how | found.how, system.faults + found.faults
    )


def kept(
    pairs_file: Path,
    name: str,
    made_by: str,
    pairs: Sequence[Pair],
    what: tuple[str, str, ModelChoice | None],
    who: str,
) -> System:
    """Return what a metric says, from its file where that is of the same pairs and the same making."""
    file, about = pairs_file.with_name(name), pairs_file.with_name(f".{name}.made_of")
    made_of = {"pairs": digest_of(pairs_file), "by": made_by, "note": NOTE}
    if not (file.is_file() and about.is_file() and same(about, made_of)):
        metric, mode, model = what
        write_json(file, score(pairs, metric, mode, NOTE, model))
        write_json(about, made_of)
    return read_system(file, who)


def same(about: Path, made_of: dict[str, str]) -> bool:
    """Tell whether a file says that it was made of this."""
    try:
        return read_json(about, dict[str, str]) == made_of
    except NewsLadderError:
        return False
