"""How long OpenMP's threads should turn before they sleep: seconds a step of the nano student, idle and beside a loop.

    python -m benchmarks.threads --student saves/nano/student

Each number of turns (GNU's GOMP_SPINCOUNT; `default` sets nothing) has a process of its own, one after the other,
`--rounds` times; a step learns from two rows of 400 tokens. Beside: one process that does nothing but turn.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

TURNS = ("0", "1000", "3000", "10000", "default")
STEPS, PATIENCE = 15, 60.0
BUSY = "while True: pass"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--student", default="saves/nano/student")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", action="store_true", help="measure in this process, with the environment as it is")
    args = parser.parse_args()
    if args.one:
        print(step_seconds(args.student))
        return
    print(f"| turns | {' | '.join(TURNS)} |\n|---|{'--:|' * len(TURNS)}")
    for name in ("idle", "beside"):
        other = subprocess.Popen([sys.executable, "-c", BUSY]) if name == "beside" else None
        try:
            rounds = [[measured(turns, args.student) for turns in TURNS] for _ in range(args.rounds)]
        finally:
            if other:
                other.kill()
                other.wait()
        print(f"| {name} | {' | '.join(shown(times) for times in zip(*rounds, strict=True))} |", flush=True)


def measured(turns: str, student: str) -> float | None:
    """Return the seconds a step, or None when the process has not ended in `PATIENCE` seconds."""
    own = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": turns} if turns != "default" else {}
    around = {key: value for key, value in os.environ.items() if key not in {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.threads", "--one", "--student", student]
    try:
        done = subprocess.run(command, env=around | own, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        return None
    return float(done.stdout.split()[-1])


def step_seconds(student: str) -> float:
    """Return the mean seconds of some training steps, after one that warms up."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(student, dtype=torch.float32).train()
    optimizer = torch.optim.AdamW(model.parameters())
    rows = torch.randint(5, model.config.vocab_size, (2, 400))
    began = 0.0
    for step in range(STEPS + 1):
        if step == 1:
            began = time.perf_counter()
        optimizer.zero_grad()
        model(input_ids=rows, labels=rows).loss.backward()
        optimizer.step()
    return (time.perf_counter() - began) / STEPS


def shown(times: tuple[float | None, ...]) -> str:
    """Return the median of the rounds as a cell, and how many did not end."""
    ended = [seconds for seconds in times if seconds is not None]
    if len(ended) < len(times):
        return f"{len(times) - len(ended)} of {len(times)} did not end in {PATIENCE:.0f} s"
    return f"{statistics.median(ended):.3f}"


if __name__ == "__main__":
    main()
