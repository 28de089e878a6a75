"""Made-up runs beside each other: twelve short articles, and answers that a test plants."""

import json
from dataclasses import dataclass
from pathlib import Path

from data_builders.jsonl import write, write_json
from data_builders.schema import AlpacaRow, Article, Manifest, Produced, Rationale, Triple

PLANTED = (
    "<script>document.title='壞'</script><img src=x onerror=\"document.title='壞'\"> "
    "<a href=\"javascript:document.title='壞'\">[連結](javascript:alert(1))</a> | `碼` 99萬戶"
)
PLACES = (
    "臺北市",
    "新北市",
    "桃園市",
    "臺中市",
    "臺南市",
    "高雄市",
    "基隆市",
    "新竹市",
    "嘉義市",
    "宜蘭縣",
    "花蓮縣",
    "臺東縣",
)
ARTICLES = {
    f"n-{place}": f"{where}今天下大雨，{place + 3}個里淹水。\n市府說，{place + 11}所學校停課，四點再公布明天的決定。"
    for place, where in enumerate(PLACES)
}
REFERENCES = {
    f"n-{place}": f"{where}大雨，{place + 3}個里淹水，{place + 11}所學校停課。" for place, where in enumerate(PLACES)
}


@dataclass(frozen=True, slots=True)
class House:
    """A project's root with data/, saves/ and results/."""

    root: Path

    @property
    def out(self) -> Path:
        return self.root / "results" / "compare"

    @property
    def page(self) -> str:
        return (self.out / "report.html").read_text(encoding="utf-8")

    def answer(
        self,
        run: str,
        said: dict[str, str],
        references: dict[str, str] = REFERENCES,
        articles: dict[str, str] = ARTICLES,
        cut: int | None = None,
    ) -> None:
        """Write a run's answers as `eval predict` does."""
        folder = self.root / "results" / run
        rows = [
            {"id": key, "prediction": text, "reference": references[key], "article": articles[key]}
            for key, text in said.items()
        ]
        lines_of(folder / "pairs.jsonl", rows)
        if cut is not None:
            settings: dict[str, str | int | float | bool] = {"model": "toy", "cut_by_length": cut, "max_new_tokens": 64}
            write_json(folder / "pairs_manifest.json", Manifest("predict", "0.1.0", settings))

    def llamafactory(self, run: str, said: dict[str, str]) -> None:
        """Write a run's answers as LLaMA-Factory does."""
        lines_of(
            self.root / "saves" / run / "predict" / "generated_predictions.jsonl",
            [
                {
                    "prompt": f"…新聞：\n{ARTICLES[key]}",
                    "predict": f"新聞摘要：\n{text}",
                    "label": f"新聞摘要：\n{REFERENCES[key]}",
                }
                for key, text in said.items()
            ],
        )

    def judge(self, run: str, model: str, points: int) -> None:
        """Write what a judge said of a run."""
        how = f"judge|model:{model}|prompt:0|scale:0-20"
        anchors = [{"kind": kind, "mean": mean, "n": 3, "unparsed": 0}
                   for kind, mean in (("reference", 17.0), ("lead_100", 11.0), ("shuffled", 2.0))]  # fmt: skip
        health = {"rulings": 21, "first_try": 0.9, "unparsed": {"missing": 1}, "agreement": None, "spread": None,
                  "anchors": anchors, "tells_apart": True}  # fmt: skip
        values = {key: {"judge": (points + place % 3) / 20} for place, key in enumerate(REFERENCES)}
        replies = {key: [f"分數：{points + place % 3}"] for place, key in enumerate(REFERENCES)}
        metric = {"value": points / 20, "signature": f"{how}|n:{len(values)}|ids:0", "n": len(values)}
        made = {"metrics": {"judge": metric}, "pairs": values, "replies": replies, "unparsed": {}, "health": health}
        (self.root / "results" / run / "judge.json").write_text(json.dumps(made, ensure_ascii=False), "utf-8")


def lines_of(path: Path, records: list[dict[str, str]]) -> None:
    """Write plain JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")


def house_in(root: Path) -> House:
    """Make data of twelve test articles, and three runs: good, weak, and one that copies the article's start."""
    made = House(root)
    data = root / "data"
    write(
        data / "articles" / "train.jsonl",
        [Article("t-0", "toy", "職棒總冠軍賽昨晚開打，主隊在第九局逆轉，三萬人起立歡呼。" * 4)],
    )
    write(
        data / "articles" / "test.jsonl",
        [Article(key, "toy", text, title=f"{key} 大雨") for key, text in ARTICLES.items()],
    )
    sizes = {"train.jsonl": Produced(1, "0"), "test.jsonl": Produced(12, "0")}
    write_json(data / "articles" / "manifest.json", Manifest("curate", "0.1.0", {"seed": "toy"}, {}, 15, 13,
                                                             {"too_short": 2}, sizes))  # fmt: skip
    rows = [
        AlpacaRow(key, "", "請為新聞生成摘要：", f"新聞：\n{text}", f"新聞摘要：\n{REFERENCES[key]}")
        for key, text in ARTICLES.items()
    ]
    built = Manifest("build s5", "0.1.0", {"stage": "s5", "cutoff_len": 512}, {}, 13, 12, {"reaches_cutoff": 1},
                     {"s5_test.jsonl": write(data / "stages" / "s5_test.jsonl", rows)})  # fmt: skip
    write_json(data / "stages" / "s5_manifest.json", built)
    triples = (Triple("臺北市", "下", "大雨"),)
    taught = [Rationale(key, "toy-teacher", "v1", text, ("大雨", "停課"), triples) for key, text in REFERENCES.items()]
    write(data / "rationales" / "rationales.jsonl", taught)
    made.answer("good", {key: text.replace("，", "、", 1) for key, text in REFERENCES.items()})
    made.answer(
        "weak",
        {key: f"{text[:4]}天氣不好，影響{90 + place}萬戶。" for place, (key, text) in enumerate(REFERENCES.items())},
    )
    made.answer("copy", {key: text[:20] for key, text in ARTICLES.items()})
    steps = [
        {"current_steps": 0, "eval_loss": 3.0, "total_steps": 4},
        {"current_steps": 4, "eval_loss": 2.0, "total_steps": 4},
    ]
    for run in ("good", "weak"):
        log = root / "saves" / run / "s5" / "trainer_log.jsonl"
        log.parent.mkdir(parents=True)
        log.write_text("".join(json.dumps(step) + "\n" for step in steps), "utf-8")
    return made
