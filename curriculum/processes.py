"""How many processes share one training on this machine, and what each of them is told.

    >>> per_process(batch=8, processes=4)
    2
    >>> environment_of(2, {})
    {'FORCE_TORCHRUN': '1', 'NPROC_PER_NODE': '2'}

LLaMA-Factory starts its own torchrun where FORCE_TORCHRUN is set, or where it sees several GPUs, and then takes the
recipe's batch for *each* process, so a step would read several times the rows. Here a step always reads the profile's
batch: it is divided among the processes, and a job that was asked for one process is shown one GPU.
"""

from collections.abc import Mapping

from data_builders.errors import UsageError

TRUE = frozenset({"true", "y", "1"})  # what llamafactory 0.9.5 takes for set (extras/misc.py:is_env_enabled)
WHERE = "docs/cluster.md"


def per_process(batch: int, processes: int) -> int:
    """Return the rows that each process reads a step; a batch that cannot be shared evenly is a UsageError."""
    if processes < 1 or batch % processes:
        fits = ", ".join(str(number) for number in range(1, batch + 1) if batch % number == 0)
        raise UsageError("--processes", f"a divisor of the batch {batch}: {fits}", str(processes), "give one of these")
    return batch // processes


def asked_processes(flag: int | None, environment: Mapping[str, str]) -> int:
    """Return the processes that `--processes` names, or else those of LLaMA-Factory's own variables."""
    if enabled("USE_RAY", environment):
        raise UsageError("USE_RAY", "unset: the runner drives one machine without Ray", "USE_RAY=1", f"see {WHERE}")
    if not enabled("FORCE_TORCHRUN", environment):
        return flag or 1
    if environment.get("NNODES", "1") != "1":
        then = f"start the recipes themselves on each node, as {WHERE} says"
        raise UsageError("NNODES", "1: the runner drives one machine", environment["NNODES"], then)
    told = environment.get("NPROC_PER_NODE", "")
    if flag:
        return flag
    if not told.isdecimal() or int(told) < 1:
        then = "set NPROC_PER_NODE=2, or leave FORCE_TORCHRUN and say --processes 2"
        raise UsageError("NPROC_PER_NODE", "a number of processes beside FORCE_TORCHRUN=1", told or "nothing", then)
    return int(told)


def enabled(name: str, environment: Mapping[str, str]) -> bool:
    """Tell whether LLaMA-Factory would take a variable for set."""
    return environment.get(name, "").lower() in TRUE


def environment_of(processes: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which LLaMA-Factory starts that many processes, no more and no fewer."""
    if processes > 1:
        return {"FORCE_TORCHRUN": "1", "NPROC_PER_NODE": str(processes)}
    shown = environment.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    return {"FORCE_TORCHRUN": "0", "CUDA_VISIBLE_DEVICES": shown}
