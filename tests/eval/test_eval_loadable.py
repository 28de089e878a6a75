"""`evaluate.load("eval/<metric>")` works from the project's root, and no network is asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data_builders.errors import InputError
from eval.loadable import pairs_of
from eval.metrics import METRICS

ROOT = Path(__file__).parents[2]
LOADED = r"""
import json, socket, sys

class Closed(socket.socket):
    def connect(self, address):
        raise AssertionError(f"the network was asked: {address}")

socket.socket = Closed
import evaluate

text, article = "颱風明天登陸", "颱風明天登陸，停班停課。"
given = {"aspects": "核心要素：\n颱風", "triples": "[颱風 | 登陸 | 臺灣]"}
found = {}
for name in sys.argv[1:]:
    inputs = {"predictions": [given.get(name, text)]}
    if name not in ("zhtw", "faithfulness", "shape"):
        inputs["references"] = inputs["predictions"]
    if name in ("faithfulness", "shape"):
        inputs["articles"] = [article]
    found[name] = evaluate.load(f"eval/{name}").compute(**inputs)
references = [["丙", "甲乙"]]
rouge = evaluate.load("eval/rouge")
found["several"] = rouge.compute(predictions=["甲乙"], references=references, mode="rouge_score-char")
print(json.dumps(found))
"""


def test_every_metric_loads_offline_and_signs_its_numbers(tmp_path: Path) -> None:
    names = [name for name in METRICS if name != "bertscore"]
    script = tmp_path / "script.py"  # its folder is not the project's: the root is found by where one stands
    script.write_text(LOADED, encoding="utf-8")
    environment = os.environ | {"HF_HOME": str(tmp_path / "hf"), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, str(script), *names]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == [*names, "several"]
    for values in found.values():
        assert values.keys() - {"signatures"} == values["signatures"].keys()
    assert found["bleu"]["bleu"] == pytest.approx(100)
    assert found["shape"]["coverage"] == found["faithfulness"]["faithfulness"] == found["zhtw"]["zhtw_share"] == 1
    assert found["several"]["rouge1_f"] == 1


def test_every_metric_has_a_room_with_its_script() -> None:
    for name in METRICS:
        assert (ROOT / "eval" / name / f"{name}.py").is_file()
        assert (ROOT / "eval" / name / "score.py").is_file()


def test_lists_of_unlike_length_are_refused() -> None:
    with pytest.raises(InputError, match="found 2 predictions, 1 references, 2 articles"):
        pairs_of(["甲", "乙"], ["甲"], None)
