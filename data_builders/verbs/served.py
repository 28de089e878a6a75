"""What `teach` does with a served teacher: the run itself, `estimate`, `batch-out`, `batch-in`."""

import argparse
import math
import os
from pathlib import Path

from data_builders.cli import Result
from data_builders.errors import InputError, UsageError
from data_builders.jsonl import read
from data_builders.schema import Article
from data_builders.stages.tokens import encoder_of
from data_builders.teacher import article_files
from data_builders.teacher.address import address_of
from data_builders.teacher.batch import batch_in, batch_out
from data_builders.teacher.budget import PRICES, price_of
from data_builders.teacher.client import Client, Settings
from data_builders.teacher.estimate import Encode, Estimate, by_width, estimated
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.plans import plan_of
from data_builders.teacher.served import run, teach_served
from data_builders.teacher.standing import Counts, short
from data_builders.verbs.told import RUN, told

NANO_STUDENT = Path("saves/nano/student")
LEDGER = "ledger.sqlite3"


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the settings that a command line gives, each checked."""
    bounds = {"slots": 1, "rpm": 0, "tpm": 0, "timeout": 0.001, "tries": 1, "max_usd": 0, "max_tokens": 1}
    for name, least in bounds.items():
        value = getattr(args, name)
        if value is not None and not (math.isfinite(value) and value >= least):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(option, f"a number from {least}", str(value), "give another one")
    if not args.teacher.strip():
        raise UsageError("--teacher", "a model's name", "nothing", "name the model that the server serves")
    address = address_of(args.base_url, os.environ)
    price = price_of(args.teacher, args.prices or PRICES)
    if args.max_usd is not None and price is None:
        then = "add the model's line to a file and give it with --prices, or bound it by --max-tokens"
        raise InputError(str((args.prices or PRICES).name), f"a price for {args.teacher}", "none", then)
    return Settings(
        model=args.teacher,
        address=address,
        price=price,
        max_usd=args.max_usd,
        max_tokens=args.max_tokens,
        slots=args.slots,
        requests_per_minute=args.rpm,
        tokens_per_minute=args.tpm,
        timeout=args.timeout,
        tries=args.tries,
        schema=args.schema,
    )


def ledger_of(args: argparse.Namespace) -> Path:
    """Return the ledger's file."""
    named: Path | None = args.ledger
    return named or Path(args.out) / LEDGER


def news_of(args: argparse.Namespace) -> list[Article]:
    """Return the articles to ask about."""
    return [article for file in article_files(args.articles) for article in read(file, Article)]


def served_verb(args: argparse.Namespace) -> Result:
    """Ask a served model about every article."""
    plan = plan_of(args.strategy, args.best_of, args.gates)
    return told(teach_served(args.articles, plan, settings_of(args), ledger_of(args), args.out), args.out)


def estimate_verb(args: argparse.Namespace) -> Result:
    """Price the whole plan; only the pilot calls the server."""
    settings, plan, news = settings_of(args), plan_of(args.strategy, args.best_of, args.gates), news_of(args)
    if args.pilot < 0:
        raise UsageError("--pilot", "a number from 0", str(args.pilot), "give 0 to make no call at all")
    encode, tokenizer = tokenizer_of(args.tokenizer)

    async def work() -> Estimate:
        counts = Counts(settings.model, plan.strategy, len(news))
        with Ledger(ledger_of(args)) as ledger:
            client = Client(settings, ledger, counts)
            if args.pilot:
                async with client:
                    return await estimated(news, plan, client, encode, tokenizer, args.pilot)
            try:
                return await estimated(news, plan, client, encode, tokenizer, 0)
            finally:
                await client.server.close()

    found = run(work())
    return Result(tuple(lines_of(found, args.teacher)), found)


def lines_of(found: Estimate, model: str) -> list[str]:
    """Return an estimate as a table."""
    how = f"a pilot of {found.pilot}" if found.pilot else "no pilot"
    lines = [f"{model}: {found.articles} articles, tokens by {found.tokenizer}, {how}"]
    lines.append(f"  {'step':<14}{'calls':>8}{'prompt':>10}{'reply':>10}{'US$':>10}")
    for cost in found.steps:
        tokens = f"{short(round(cost.prompt_tokens)):>10}{short(round(cost.completion_tokens)):>10}"
        lines.append(f"  {cost.step:<14}{cost.calls:>8.0f}{tokens}{dollars(cost.usd):>10}")
    tokens = f"{short(round(found.prompt_tokens)):>10}{short(round(found.completion_tokens)):>10}"
    lines.append(f"  {'in all':<22}{tokens}{dollars(found.usd):>10}")
    lines.append(f"  still to pay: {short(round(found.left_tokens))} tokens, {dollars(found.left_usd)}")
    if found.usd is None:
        lines.append(f"  no price for {model}: add its line to a file and give it with --prices")
    return lines


def dollars(usd: float | None) -> str:
    """Return money as a person says it."""
    return "no price" if usd is None else f"${usd:.4f}"


def tokenizer_of(given: str) -> tuple[Encode, str]:
    """Return what counts tokens, and its name: the one that was given, the nano student's, or a rule of thumb."""
    if given:
        return encoder_of(given), given
    if (NANO_STUDENT / "tokenizer.json").is_file():
        return encoder_of(str(NANO_STUDENT)), str(NANO_STUDENT)
    return by_width, "one a wide character"


def batch_out_verb(args: argparse.Namespace) -> Result:
    """Write the next round of a batch."""
    settings, plan, news = settings_of(args), plan_of(args.strategy, args.best_of, args.gates), news_of(args)
    with Ledger(ledger_of(args)) as ledger:
        schema = args.schema == "yes"
        made = run(batch_out(news, plan, settings.model, settings.address, schema, ledger, args.out))
    if not made.requests:
        then = f"{RUN} teach with the same options finds every reply in the ledger"
        return Result((f"batch-out: nothing to ask, {made.complete} articles are complete. Next: {then}",), made)
    line = f"batch-out: {made.requests} requests for {made.articles - made.complete} articles, {made.complete} complete"
    return Result((line, *(f"  -> {file}" for file in made.files)), made)


def batch_in_verb(args: argparse.Namespace) -> Result:
    """Take a returned file into the ledger."""
    with Ledger(ledger_of(args)) as ledger:
        taken = run(batch_in(args.file, address_of(args.base_url, os.environ), ledger))
    line = f"batch-in: {taken.kept} kept, {taken.before} held before, {taken.failed} failed, {taken.unknown} unknown"
    return Result((line,), taken, exit_code=1 if taken.unknown and not taken.kept + taken.before else 0)
