"""Translate by a model that the translation task trained: from Python, line by line, or at a prompt.

    >>> translate = translator("saves/nano/tasks/translation/merged", to="zh_TW")
    >>> translate("Good morning.")
    '早安。'
    >>> translate.many(["Good morning.", "おはよう。"])
    ['早安。', '早安。']

The model is asked in the words it was trained in: the study's system prompt, `<en> <zh_TW>`, a newline, the text. The
source's language is told by its script (kana -> ja, Han -> zh_TW, else en) unless it is named; Japanese written in Han
characters alone, such as 東京, needs the name. A text of several lines is translated line by line, empty lines stay.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from data_builders.errors import UsageError
from data_builders.tasks.translation.rows import SYSTEM, tags
from data_builders.tasks.translation.schema import LANGUAGES, Language
from eval.directions.score import language_of
from eval.predict.local import model_of
from eval.predict.schema import Answer, Generation, Prompt

MOST_TOKENS = 512  # the study's


@dataclass(frozen=True, slots=True)
class Translator:
    """A loaded model and what it translates into; `source` is "" where each text's script tells its language."""

    answer: Answer = field(repr=False)
    to: Language
    source: Language | None = None
    batch: int = 8

    def __call__(self, text: str) -> str:
        """Return the translation of one text."""
        return "\n".join(self.many(text.split("\n")))

    def many(self, texts: Iterable[str]) -> list[str]:
        """Return the translations of many lines, a batch at a time."""
        return [line for some in batches(texts, self.batch) for line in self.some(some)]

    def some(self, texts: list[str]) -> list[str]:
        """Return the translations of one batch; an empty line, and one in the target's language already, stay."""
        prompts = {
            place: Prompt(str(place), SYSTEM, f"{tags(source, self.to)}\n{text.strip()}")
            for place, text in enumerate(texts)
            if text.strip() and (source := self.source or language_of(text)) != self.to
        }
        said = self.answer(list(prompts.values())) if prompts else []
        made = {place: one.text.strip() for place, one in zip(prompts, said, strict=True)}
        return [made.get(place, text) for place, text in enumerate(texts)]


def translator(
    model: str,
    to: str,
    source: str = "",
    adapter: str = "",
    max_new_tokens: int = MOST_TOKENS,
    load: Callable[[str, str, Generation], Answer] = model_of,
) -> Translator:
    """Load a model (a folder or a name on the hub, an adapter's folder on top) and return the translator."""
    if source == to:
        raise UsageError("--from, --to", "two languages", f"{to} twice", f"take two of {', '.join(LANGUAGES)}")
    answer = load(model, adapter, Generation(max_new_tokens=max_new_tokens))
    return Translator(answer, language(to, "--to"), language(source, "--from") if source else None)


def language(name: str, option: str) -> Language:
    """Return a language by its name, in any case and with - for _; an unknown one is a UsageError."""
    known = {one.lower(): one for one in LANGUAGES} | {"zh": "zh_TW", "zh_hant": "zh_TW"}
    found = known.get(name.lower().replace("-", "_"))
    if found is None:
        raise UsageError(option, ", ".join(LANGUAGES), name, "give one of these")
    return found


def batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield the texts, some at a time."""
    some: list[str] = []
    for text in texts:
        some.append(text)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
