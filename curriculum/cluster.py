"""The files of `yaml_recipes/cluster/`: the five stages by each way, and the JSON and YAML that the ways need beside.

    >>> next(cluster_files())[0].as_posix()
    'yaml_recipes/cluster/torchrun/s1.yaml'

A recipe differs from the single GPU's of its stage in the student, the folders, the share of the batch, and in what
its way needs; a step reads the same eight rows. DeepSpeed's files say what LLaMA-Factory's own Board writes for it
(`webui/common.py:create_ds_config`; a test holds them equal), `auto` being filled in from the recipe.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from curriculum.recipe import Asked, Budget, Start, training
from curriculum.render import text_of
from curriculum.schema import Rung
from curriculum.strategies import strategy_of
from curriculum.ways import FOLDER, WAYS, Way
from data_builders.stages.table import STAGES

BATCH: dict[str, object] = {
    "train_batch_size": "auto",
    "train_micro_batch_size_per_gpu": "auto",
    "gradient_accumulation_steps": "auto",
    "gradient_clipping": "auto",
    "zero_allow_untested_optimizer": True,
    "fp16": {
        "enabled": "auto",
        "loss_scale": 0,
        "loss_scale_window": 1000,
        "initial_scale_power": 16,
        "hysteresis": 2,
        "min_loss_scale": 1,
    },
    "bf16": {"enabled": "auto"},
}
ZERO: dict[str, dict[str, object]] = {
    "ds_z2.json": {
        "stage": 2,
        "allgather_partitions": True,
        "allgather_bucket_size": 5e8,
        "overlap_comm": False,
        "reduce_scatter": True,
        "reduce_bucket_size": 5e8,
        "contiguous_gradients": True,
        "round_robin_gradients": True,
    },
    "ds_z3.json": {
        "stage": 3,
        "overlap_comm": False,
        "contiguous_gradients": True,
        "sub_group_size": 1e9,
        "reduce_bucket_size": "auto",
        "stage3_prefetch_bucket_size": "auto",
        "stage3_param_persistence_threshold": "auto",
        "stage3_max_live_parameters": 1e9,
        "stage3_max_reuse_distance": 1e9,
        "stage3_gather_16bit_weights_on_model_save": True,
    },
}
FSDP2 = f"""\
# FSDP2 for `accelerate launch --config_file {FOLDER}/fsdp2.yaml`, used by {FOLDER}/fsdp2/s1.yaml to s5.yaml
# more nodes   num_machines: 2, num_processes: 8, main_process_ip: node0, main_process_port: 29500;
#              then the launch command on each node, with --machine_rank 0, --machine_rank 1
# hardware     {WAYS["fsdp2"].hardware}; not measured

compute_environment: LOCAL_MACHINE
distributed_type: FSDP
mixed_precision: bf16
num_machines: 1
machine_rank: 0
num_processes: {WAYS["fsdp2"].processes}
rdzv_backend: static
same_network: true
use_cpu: false
fsdp_config:
  fsdp_version: 2
  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
  fsdp_reshard_after_forward: true
  fsdp_offload_params: false
  fsdp_cpu_ram_efficient_loading: true
  fsdp_state_dict_type: FULL_STATE_DICT
"""
ASK = "python -m data_builders teach --teacher {name} --base-url http://127.0.0.1:8000/v1"
SERVED = """\
host: 127.0.0.1
port: 8000
dtype: bfloat16
tensor-parallel-size: {tensor}
{more}max-model-len: 8192
gpu-memory-utilization: 0.9
generation-config: vllm
seed: 0
"""
TEACHERS = {
    "teacher_vllm.yaml": ("Qwen/Qwen2.5-32B-Instruct", 2, ""),
    "teacher_vllm_nodes.yaml": (
        "Qwen/Qwen2.5-72B-Instruct",
        4,
        "pipeline-parallel-size: 2\ndistributed-executor-backend: ray\n",
    ),
}


def cluster_files() -> Iterator[tuple[Path, str]]:
    """Yield each file's path and text."""
    for way in WAYS.values():
        for stage in STAGES:
            path = Path(FOLDER) / way.name / f"{stage}.yaml"
            yield path, way_text(way, stage, path)
    for name, zero in ZERO.items():
        yield Path(FOLDER) / name, json.dumps(BATCH | {"zero_optimization": zero}, indent=2) + "\n"
    yield Path(FOLDER) / "fsdp2.yaml", FSDP2
    for name in TEACHERS:
        yield Path(FOLDER) / name, teacher_text(name)


def way_text(way: Way, stage: str, path: Path) -> str:
    """Return one stage's recipe by one way."""
    base, number = Path("saves/cluster") / way.name, int(stage[1])
    start = way.student.name if number == 1 else (base / f"s{number - 1}").as_posix()
    from_there = f", which {path.with_stem(f's{number - 1}').as_posix()} writes" if number > 1 else " (from the hub)"
    header = [
        f"Stage {number} of 5, {way.student.name.partition('/')[2]} on {way.hardware}: {way.about}",
        f"starts from  {start}{from_there}",
        f"writes       {(base / stage).as_posix()}",
        *(f"{where:<12} {command}" for where, command in way.commands(path.as_posix())),
        f"install      {way.needs}",
        f"hardware     {way.hardware}; weights, gradients and moments take {way.gigabytes:.1f} GB on each (counted)",
        "measured     not measured: no GPU was at hand; what was is in docs/cluster.md",
        f"batch        1 step reads {way.processes} x {8 // way.processes} = 8 rows, as on a single GPU",
        *way.notes,
    ]
    if way.student.name != "Qwen/Qwen2.5-0.5B-Instruct":
        header.append("rates        those of the study's half billion; none was tried with this student")
    asked = Asked("full", strategy_of("full"), processes=way.processes)
    sections = training(Rung(stage, (stage,)), asked, Start(start), base / stage, Budget(), way.student.shape.layers)
    sections["method"] |= way.method
    return text_of(header, sections | {"ray": way.ray})


def teacher_text(name: str) -> str:
    """Return the file by which vLLM serves a teacher."""
    model, tensor, more = TEACHERS[name]
    path = f"{FOLDER}/{name}"
    nodes = 2 if more else 1
    header = [
        f"A teacher served by vLLM: {model} on {nodes} node{'s' if more else ''} of {tensor} GPUs of 80 GB",
        "install      pip install vllm, in an environment of its own: it brings its own torch",
        *(["node0        ray start --head --port=6379", "node1        ray start --address=node0:6379"] if more else []),
        f"launch       vllm serve --config {path}{'    (on node0)' if more else ''}",
        f"ask          {ASK.format(name=model)}",
        "keys         VLLM_API_KEY=… for the server and OPENAI_API_KEY=… for teach, the same, when others can reach it",
        f"hardware     {nodes * tensor} GPUs of 80 GB; not measured",
        "note         generation-config: vllm keeps the model's own sampling out; teach sends its temperature",
    ]
    lines = "".join(f"# {line}\n" for line in header)
    return f"{lines}\nmodel: {model}\nserved-model-name: {model}\n" + SERVED.format(tensor=tensor, more=more)
