"""Curator's share of benchmarks/teacher.py; runs in a virtual environment of its own: URL ROWS WORKING_DIR."""

import json
import os
import sys
from pathlib import Path

os.environ |= {"OPENAI_API_KEY": "none", "TELEMETRY_ENABLED": "false", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
os.environ |= {"CURATOR_DISABLE_RICH_DISPLAY": "1", "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


# Its tokenizer comes from the net; litellm, which it installs, brings the same file along.
TOKENIZERS = "lib/python3.11/site-packages/litellm/litellm_core_utils/tokenizers"
os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(sys.prefix) / TOKENIZERS)


def main(url: str, file: str, folder: str) -> None:
    from bespokelabs import curator
    from datasets import Dataset

    class Teacher(curator.LLM):  # type: ignore[misc]  # untyped
        def prompt(self, row: dict[str, str]) -> str:
            return row["text"]

        def parse(self, row: dict[str, str], response: str) -> dict[str, str]:
            return {"id": row["id"], "reply": response}

    caps = {"max_requests_per_minute": 10_000_000, "max_tokens_per_minute": 10_000_000_000}
    teacher = Teacher(
        model_name="gpt-4o-mini", backend="openai", backend_params={"base_url": url, **caps},
        generation_params={"temperature": 0.0, "max_tokens": 1024},
    )  # fmt: skip
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    made = teacher(Dataset.from_list(rows), working_dir=folder)
    print(len(getattr(made, "dataset", made)), "rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
