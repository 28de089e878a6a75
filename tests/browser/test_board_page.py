"""LLaMA-Board in a real Chromium: presets load and stay, what there is can be chosen, a stage is trained and found."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import yaml
from board_house import (
    ADAPTER,
    DATASET,
    FOLDER,
    MODEL,
    PATIENCE,
    ROWS,
    START,
    Served,
    built,
    choose,
    in_house,
    loaded,
    options,
    previewed,
    served,
)
from browser_house import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
# What the Board sends besides a recipe; each is LLaMA-Factory's own default (tests/curriculum/test_board_parity.py).
BESIDES = {
    "flash_attn": "auto",
    "max_samples": "1000000000",
    "max_grad_norm": "1.0",
    "save_steps": "500",
    "packing": "False",
    "enable_thinking": "True",
}
# Hosts that gradio's own page names (docs/board.md); no other may be asked, and the page works without them.
GRADIOS = {"fonts.googleapis.com", "fonts.gstatic.com", "cdnjs.cloudflare.com"}
OUTSIDE: set[str | None] = set()
BESIDES_LORA = {"lora_dropout": "0"}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The Board on a house of forty articles: fewer leave no dev rows, and no curve of the dev loss."""
    running = served(built(tmp_path_factory.mktemp("board"), articles=40))
    yield running
    running.end()


@pytest.fixture
def page(board: Served, chromium: "Browser") -> Iterator["Page"]:
    """The Board's page, opened anew in a browser that reaches nothing but the Board."""
    opened = chromium.new_page(viewport={"width": 1400, "height": 1800}, locale="zh-TW")
    opened.set_default_timeout(PATIENCE * 1000)
    opened.route(lambda address: not address.startswith((board.address, "data:", "blob:")), cut_off)
    OUTSIDE.clear()
    opened.goto(board.address)
    opened.wait_for_function("document.querySelector('button.primary') !== null")
    opened.get_by_label(MODEL, exact=True).first.wait_for()
    opened.wait_for_timeout(2000)
    yield opened
    opened.close()


def cut_off(asked: "Route") -> None:
    """Let nothing out, and note who was asked."""
    OUTSIDE.add(urlsplit(asked.request.url).hostname)
    asked.abort()


def recipe(name: str) -> dict[str, str]:
    settings = yaml.safe_load((ROOT / f"yaml_recipes/nano/{name}.yaml").read_text(encoding="utf-8"))
    return {key: str(value) for key, value in settings.items()}


def test_the_page_opens_with_the_runs_student(page: "Page") -> None:
    assert page.get_by_label(MODEL, exact=True).first.input_value() == "saves/nano/student"
    assert OUTSIDE <= GRADIOS


def test_presets_of_any_stage_and_method_survive_the_boards_resets(page: "Page") -> None:
    for preset, output, name in (
        ("S0-pretraining.yaml", "s0", "s0"),  # another training stage: the Board resets datasets and packing
        ("S5-summary-lora.yaml", "s5_lora", "strategies/s5_lora"),  # another method: it resets checkpoints
        ("S2-aspects.yaml", "s2", "s2"),
    ):
        wanted = recipe(name)
        found = loaded(page, preset, f"saves/nano/{output}")
        assert {key: found.get(key) for key in wanted} == wanted, preset
        besides = BESIDES | (BESIDES_LORA if "lora" in preset else {})
        assert {key: found[key] for key in found.keys() - wanted.keys()}.items() <= besides.items(), preset


def test_another_models_name_is_put_right_by_the_preset(page: "Page") -> None:
    choose_by_typing(page, "模型名称", "Llama-3.2-1B-Instruct")
    page.wait_for_function("() => [...document.querySelectorAll('input')].some(one => one.value === 'llama3')")
    found = loaded(page, "S2-aspects.yaml", "saves/nano/s2")
    assert (found["model_name_or_path"], found["template"]) == ("saves/nano/s1", "qwen")
    assert page.get_by_label("模型名称", exact=True).first.input_value() == "Qwen2.5-0.5B-Instruct"


def choose_by_typing(page: "Page", label: str, text: str) -> None:
    """Choose from one of the Board's long lists, which it filters by what is typed."""
    page.get_by_label(label, exact=True).first.click()
    page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_role("option", name=text, exact=True).click()


def test_models_adapters_folders_and_datasets_are_there_without_typing(page: "Page", board: Served) -> None:
    adapter = board.house / "saves/study/s3"
    adapter.mkdir(parents=True, exist_ok=True)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (adapter / name).write_text("{}", encoding="utf-8")
    assert {"saves/nano/student", "saves/nano/s1"} <= set(options(page, MODEL))
    assert options(page, FOLDER) == [".", "data"]
    assert {"s1_train", "s5_test"} <= set(options(page, DATASET))
    assert "saves/study/s3" in options(page, ADAPTER)
    choose(page, MODEL, "saves/nano/s1")
    choose(page, ADAPTER, "saves/study/s3")
    choose(page, DATASET, "s3_train")
    page.wait_for_timeout(1000)
    page.get_by_label("输出目录", exact=True).first.wait_for()
    found = previewed(page, r"saves/\S+")
    assert (found["model_name_or_path"], found["adapter_name_or_path"]) == ("saves/nano/s1", "saves/study/s3")
    assert found["dataset"] == "s3_train"


def test_a_datasets_rows_are_shown(page: "Page", board: Served) -> None:
    loaded(page, "S2-aspects.yaml", "saves/nano/s2")
    page.get_by_role("button", name=ROWS).first.click()
    rows = page.locator(".modal-box:visible")
    rows.get_by_text("核心要素").first.wait_for()
    assert "root=" not in rows.inner_text()
    first = rows.inner_text()
    rows.get_by_role("button", name="下一页").click()
    page.wait_for_function("text => !document.body.innerText.includes(text)", arg=first[-80:])
    count = len((board.house / "data/stages/s2_train.jsonl").read_text(encoding="utf-8").splitlines())
    assert rows.get_by_label("数量").input_value() == str(count)


def test_a_stage_is_trained_its_curve_is_seen_and_the_runner_finds_it(page: "Page", board: Served) -> None:
    loaded(page, "S2-aspects.yaml", "saves/nano/s2")
    page.get_by_role("button", name=START).first.click()
    curve = page.get_by_test_id("matplotlib").locator("img")
    curve.wait_for()
    assert curve.evaluate("image => image.naturalWidth") > 100
    page.get_by_text("s2：已完成").wait_for()
    assert re.search(r"^s2 +done$", in_house(board.house, "curriculum", "status", "s2"), re.MULTILINE)
    weights = board.house / "saves/nano/s2/model.safetensors"
    before = weights.stat().st_mtime_ns
    assert '"standing": "done"' in in_house(board.house, "curriculum", "run", "s2", "--json")
    assert weights.stat().st_mtime_ns == before

    page.get_by_label(re.compile(r"^\s*学习率\s")).first.fill("0.01")  # a text box's label holds its help, too
    page.get_by_role("button", name=START).first.click()
    page.get_by_text("s2：设置与配方不同，不会算作这个阶段：learning_rate 0.01（配方：0.002）").first.wait_for()
    page.get_by_text("since s2 lies there finished").first.wait_for()
    assert re.search(r"^s2 +done$", in_house(board.house, "curriculum", "status", "s2"), re.MULTILINE)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/net, which tells who listens, is Linux's own")
def test_it_listens_on_loopback_only(board: Served) -> None:
    listening = []
    for table in Path("/proc/net").glob("tcp*"):
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A" and local.endswith(f":{board.port:04X}"):
                listening.append(local)
    assert listening == [f"0100007F:{board.port:04X}"], "nothing on 0.0.0.0 or ::"
