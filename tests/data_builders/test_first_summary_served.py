"""S1's first summaries from a student that is served elsewhere."""

import asyncio
from pathlib import Path

from builders_house import Command

from data_builders.schema import Article
from data_builders.stages.first_summary import first_prompt
from data_builders.stages.first_summary_served import asked_summaries, first_ask
from data_builders.teacher.schema import Answer, Ask

NEWS = [Article(f"x-{n}", "x", f"市府今天宣布停課{n}。") for n in range(3)]


class Served:
    """A student that says one thing well, one thing cut off, and one thing not at all."""

    model, speaks_schema = "served", False

    async def ask(self, ask: Ask) -> Answer:
        said = {"x-0": Answer("新聞摘要：\n停課了。"), "x-1": Answer("停課了，學", "length"), "x-2": Answer("  ")}
        return said[ask.article_id]


def test_a_reply_that_came_whole_is_the_summary_and_any_other_leaves_its_article_out() -> None:
    assert asyncio.run(asked_summaries(NEWS, Served())) == {"x-0": "停課了。"}


def test_the_served_student_is_asked_what_the_local_one_is_asked() -> None:
    asked = first_ask(NEWS[0])
    rendered = "".join(f"<|im_start|>{message.role}\n{message.content}<|im_end|>\n" for message in asked.messages)
    assert f"{rendered}<|im_start|>assistant\n" == first_prompt(NEWS[0])
    assert (asked.step, asked.params.temperature, asked.params.max_tokens) == ("s1.summary", 0.0, 256)


def test_a_server_for_answers_that_need_none_is_bad_usage(verb: Command, house: Path) -> None:
    said = verb(
        "build", "--stage", "s1", "--data", house, "--s1-source", "convert", "--s1-base-url", "http://127.0.0.1:9"
    )
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--s1-base-url: expected --s1-source student, found --s1-source convert" in said.err
