"""The gates: what of a teacher's reply may be used for training, what a person ought to see first, what is left out.

    >>> judged(draft, article)
    Reject(id='udn-7', step='teach', reason='number_not_held', detail='summary: 12座', …)
    >>> explain(draft, article)[2]
    'summary  over_length             ok      at most 250 characters'

Every check (`checks.py`) has a reason; `gates.toml` says whether that reason rejects, is a doubt, or is off, and holds
every threshold. The same draft, article and gates give the same verdict.
"""

from data_builders.schema import Article, Rationale, Reject
from data_builders.teacher import checks
from data_builders.teacher.checks import Case, Check
from data_builders.teacher.schema import Doubt, Draft
from data_builders.teacher.thresholds import Gates, gates_from

CHECKS: tuple[Check, ...] = (
    Check("summary", "no_summary", checks.no_summary, "there is one"),
    Check("summary", "too_short", checks.too_short, "at least {gates.summary_least_chars} characters"),
    Check("summary", "over_length", checks.over_length, "at most {gates.summary_most_chars} characters"),
    Check("summary", "long_summary", checks.long_summary, "at most {gates.summary_long_chars} characters"),
    Check("summary", "unfinished", checks.unfinished, "ends with its sentence"),
    Check("reply", "other_script", checks.other_script, "scripts that the article uses, mostly Chinese"),
    Check("summary", "repetition", checks.repetition, "nothing said over and over"),
    Check("summary", "junk_ending", checks.junk_ending, "no notice, mark or word about the model"),
    Check("reply", "not_traditional", checks.not_traditional, "at most {gates.summary_most_simplified} Simplified"),
    Check("reply", "some_simplified", checks.some_simplified, "no Simplified characters"),
    Check("summary", "copied", checks.copied, "not copied whole from the article"),
    Check("summary", "partly_copied", checks.partly_copied, "longest copied run below {gates.summary_doubted_copied}"),
    Check("summary", "not_grounded", checks.not_grounded, "the article holds {gates.summary_least_held} of it"),
    Check(
        "summary", "loosely_grounded", checks.loosely_grounded, "the article holds {gates.summary_doubted_held} of it"
    ),
    Check("summary", "number_not_held", checks.number_not_held, "figures stand in the article"),
    Check("summary", "number_unsure", checks.number_unsure, "numbers in words stand in the article"),
    Check("summary", "name_not_held", checks.name_not_held, "names stand in the article"),
    Check("summary", "quote_not_held", checks.quote_not_held, "quotations stand in the article"),
    Check("aspects", "no_aspects", checks.no_aspects, "there are some"),
    Check("aspects", "many_aspects", checks.many_aspects, "at most {gates.aspects_most}"),
    Check("aspects", "long_aspect", checks.long_aspect, "each at most {gates.aspects_long_chars} characters"),
    Check("aspects", "aspects_not_held", checks.aspects_not_held, "{gates.aspects_least_share} of them held"),
    Check("aspects", "aspect_not_held", checks.aspect_not_held, "each held to {gates.aspects_least_held}"),
    Check("aspects", "aspect_number_not_held", checks.aspect_number, "figures stand in the article"),
    Check("triples", "no_triples", checks.no_triples, "there are some"),
    Check("triples", "many_triples", checks.many_triples, "at most {gates.triples_most}"),
    Check("triples", "not_three_part", checks.not_three_part, "three parts each"),
    Check("triples", "triples_not_held", checks.triples_not_held, "{gates.triples_least_share} of them held"),
    Check("triples", "triple_not_held", checks.triple_not_held, "both entities held to {gates.triples_least_held}"),
    Check("triples", "triple_number_not_held", checks.triple_number, "figures stand in the article"),
)


def doubted(draft: Draft, article: Article, gates: Gates | None = None) -> tuple[Doubt, ...]:
    """Return what the gates see in a draft, the grave things first; what the reader passed over stays with it."""
    taken = gates or gates_from(None)
    case = Case(draft, article, taken)
    ours = {check.reason for check in CHECKS}
    found = [doubt for doubt in draft.doubts if doubt.reason not in ours or doubt.reason == "not_three_part"]
    for check in CHECKS:
        if taken.verdict(check.reason) != "off":
            seen = check.see(case)
            if seen:
                found.append(Doubt(check.part, check.reason, seen))
    found = [doubt for doubt in dict.fromkeys(found) if taken.verdict(doubt.reason) != "off"]
    return tuple(sorted(found, key=lambda doubt: taken.verdict(doubt.reason) != "reject"))


def judged(draft: Draft, article: Article, gates: Gates | None = None) -> Rationale | Reject:
    """Return what may be trained on, or the gravest reason why the draft may not."""
    taken = gates or gates_from(None)
    return verdict_on(draft, doubted(draft, article, taken), taken)


def verdict_on(draft: Draft, doubts: tuple[Doubt, ...], gates: Gates) -> Rationale | Reject:
    """Return what `judged` does, of what has been doubted already."""
    for doubt in doubts:
        if gates.verdict(doubt.reason) == "reject":
            return Reject(draft.id, "teach", doubt.reason, f"{doubt.part}: {doubt.detail}", draft.summary)
    return Rationale(draft.id, draft.teacher, draft.strategy, draft.summary, draft.aspects, draft.triples)


def explain(draft: Draft, article: Article, gates: Gates | None = None) -> tuple[str, ...]:
    """Return each gate's verdict on a draft, one line each: part, reason, verdict, what it looks for, what it saw."""
    taken = gates or gates_from(None)
    found = doubted(draft, article, taken)
    seen = {(doubt.part, doubt.reason): doubt.detail for doubt in found}
    lines = []
    for check in CHECKS:
        told = taken.verdict(check.reason)
        verdict = "off" if told == "off" else told if (check.part, check.reason) in seen else "ok"
        detail = seen.pop((check.part, check.reason), "")
        looks = check.looks.format(gates=taken)
        lines.append(f"{check.part:8} {check.reason:23} {verdict:7} {looks}{f': {detail}' if detail else ''}")
    for (part, reason), detail in seen.items():
        lines.append(f"{part:8} {reason:23} {taken.verdict(reason):7} while reading the reply: {detail}")
    return tuple(lines)
