"""Distilabel's share of benchmarks/teacher.py; runs in a virtual environment of its own: URL ROWS WORKING_DIR."""

import json
import os
import sys
from pathlib import Path

os.environ |= {"OPENAI_API_KEY": "none", "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


def main(url: str, file: str, folder: str) -> None:
    from distilabel.models import OpenAILLM
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    # A batch waits for its slowest: all 2,000 rows in one gave the best rate (256: 148, 1,000: 214, 2,000: 257).
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    data = [{"instruction": row["text"], "id": row["id"]} for row in rows]
    with Pipeline(name="teacher", cache_dir=folder) as pipeline:
        load = LoadDataFromDicts(data=data, batch_size=len(rows))
        model = OpenAILLM(
            model="gpt-4o-mini", base_url=url, api_key="none",
            generation_kwargs={"max_new_tokens": 1024, "temperature": 0.0},
        )  # fmt: skip
        load >> TextGeneration(llm=model, input_batch_size=len(rows))
    made = pipeline.run(use_cache=False)
    print(len(made["default"]["train"]), "rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
