"""A small made-up run: four articles, three of them test rows, every file that a report reads."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from report_house import House, house_in

from data_builders.jsonl import write, write_json
from data_builders.schema import AlpacaRow, Article, Manifest, Produced, Rationale, Triple

HEAD = "新聞摘要：\n"
ARTICLES = {
    "toy-1": "颱風今天逼近臺灣。\n氣象署說明晚登陸，沿海各縣市停班停課。",
    "toy-2": "職棒總冠軍賽昨晚開打。\n主隊在第九局逆轉，全場三萬人起立歡呼。",
    "toy-3": "新圖書館明天啟用。\n館長表示，館內有十萬本書和一座屋頂花園。",
    "toy-4": "市府公布公車新路線。\n下個月起，從車站到大學只要二十分鐘。",
}
REFERENCES = {
    "toy-1": "颱風明晚登陸，沿海停班停課。",
    "toy-2": "主隊第九局逆轉贏得首戰。",
    "toy-3": "新圖書館明天啟用，有十萬本書。",
    "toy-4": "公車新路線下個月上路。",
}
TEST_IDS = ("toy-1", "toy-2", "toy-3")


def lines_of(path: Path, records: Iterable[dict[str, object]]) -> None:
    """Write plain JSON lines, as LLaMA-Factory and other tools do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Run:
    """Where the made-up run lies, and the two files that tests like to spoil."""

    data: Path
    saves: Path
    out: Path
    gold: Path

    @property
    def predictions(self) -> Path:
        return self.saves / "predict" / "generated_predictions.jsonl"

    @property
    def rows(self) -> Path:
        return self.data / "stages" / "s5_test.jsonl"

    @property
    def arguments(self) -> list[str]:
        folders = ["--data", str(self.data), "--saves", str(self.saves), "--out", str(self.out)]
        return ["report", "--run", "toy", *folders, "--gold", str(self.gold)]

    def teach(self, teacher: str, name: str = "rationales.jsonl", summaries: dict[str, str] = REFERENCES) -> None:
        """Write a teacher's rationales."""
        triples = (Triple("甲", "有", "乙"),)
        records = [Rationale(key, teacher, "v1", text, ("甲", "乙"), triples) for key, text in summaries.items()]
        write(self.data / "rationales" / name, records)

    def predict(self, said: dict[str, str], folder: str = "predict") -> None:
        """Write what LLaMA-Factory writes when it predicts the test rows."""
        lines_of(
            self.saves / folder / "generated_predictions.jsonl",
            (
                {
                    "prompt": f"<|im_start|>user\n請為新聞生成摘要：\n新聞：\n{ARTICLES[key]}<|im_end|>\n",
                    "predict": said[key],
                    "label": HEAD + REFERENCES[key] + "\n",
                }
                for key in TEST_IDS
            ),
        )

    def log(self, stage: str, *lines: dict[str, object]) -> None:
        """Write a stage's trainer log."""
        lines_of(self.saves / stage / "trainer_log.jsonl", ({"total_steps": 4, **line} for line in lines))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = Run(tmp_path / "data", tmp_path / "saves", tmp_path / "out", tmp_path / "gold.jsonl")
    articles = [Article(key, "toy", text, title=f"標題 {key}") for key, text in ARTICLES.items()]
    write(made.data / "articles" / "train.jsonl", articles[3:])
    write(made.data / "articles" / "test.jsonl", articles[:3])
    sizes = {"train.jsonl": Produced(1, "0"), "dev.jsonl": Produced(0, "0"), "test.jsonl": Produced(3, "0")}
    curated = Manifest("curate", "0.1.0", {"seed": "toy-seed"}, {}, 6, 4, {"too_short": 2}, sizes)
    write_json(made.data / "articles" / "manifest.json", curated)
    rows = [
        AlpacaRow(key, "", "請為新聞生成摘要：", f"新聞：\n{ARTICLES[key]}", HEAD + REFERENCES[key]) for key in TEST_IDS
    ]
    sizes = {"s5_train.jsonl": Produced(1, "0"), "s5_test.jsonl": write(made.rows, rows)}
    built = Manifest("build s5", "0.1.0", {"stage": "s5"}, {}, 5, 4, {"reaches_cutoff": 1}, sizes)
    write_json(made.data / "stages" / "s5_manifest.json", built)
    made.teach("qwen-teacher")
    made.teach("extractive", "extractive.jsonl", {key: text[:12] for key, text in ARTICLES.items()})
    made.predict({key: HEAD + REFERENCES[key][:9] for key in TEST_IDS})
    made.predict(dict.fromkeys(TEST_IDS, ""), "predict_untrained")
    for stage in ("s1", "s2", "s3", "s4", "s5"):
        made.log(
            stage,
            {"current_steps": 0, "eval_loss": 3.0},
            {"current_steps": 2, "loss": 2.5},
            {"current_steps": 4, "eval_loss": 2.0},
        )
    write_json(made.saves / "student" / "student.json", {"preset": "nano", "seed": 7, "parameters": 3050688})
    lines_of(made.gold, [{"id": "toy-1", "summary": "颱風明晚來，沿海放假。", "aspects": [], "triples": []}])
    return made


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_in(tmp_path)
