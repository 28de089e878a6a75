"""The ways to train past one GPU that `yaml_recipes/cluster/` shows: nodes, GPUs, student, and what each adds.

    >>> WAYS["zero3"].processes, WAYS["zero3"].student.name
    (8, 'Qwen/Qwen2.5-7B-Instruct')

A way is paired with the student that it suits: what fits on each GPU as a whole is copied to all (torchrun, Ray), what
does not is divided (ZeRO-2 gradients and moments, FSDP2 and ZeRO-3 the weights, too). Bytes are counted by the
method's papers (ZeRO, Rajbhandari et al. 2020), without activations; none was measured, for want of GPUs.
"""

from dataclasses import dataclass, field

from curriculum.schema import Shape, Value

FOLDER = "yaml_recipes/cluster"
HEAD = "node0"  # stands for the first node's address
PORT = 29500


@dataclass(frozen=True, slots=True)
class Student:
    """A student on the hub, and its shape by its config.json there."""

    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Way:
    """One way: where it runs, for which student, the commands of each node, what its recipes have besides.

    `bytes_each` of a weight (with its gradient and moments) are on every GPU, `bytes_divided` shared among all.
    """

    name: str
    about: str
    student: Student
    nodes: int
    gpus: int
    needs: str
    method: dict[str, Value] = field(default_factory=dict)
    ray: dict[str, Value] = field(default_factory=dict)
    bytes_each: int = 16
    bytes_divided: int = 0
    notes: tuple[str, ...] = ()

    @property
    def processes(self) -> int:
        """The number of processes, one a GPU."""
        return self.nodes * self.gpus

    @property
    def hardware(self) -> str:
        """Where it runs, in words."""
        return f"{self.nodes} node{'s' if self.nodes > 1 else ''} of {self.gpus} GPUs with bf16"

    @property
    def gigabytes(self) -> float:
        """Weights, gradients and moments on each GPU."""
        share = self.bytes_each + self.bytes_divided / self.processes
        return self.student.shape.parameters * share / 1e9

    def commands(self, recipe: str) -> list[tuple[str, str]]:
        """Return what to type on which node, in order."""
        if self.name == "fsdp2":
            command = f"accelerate launch --config_file {FOLDER}/fsdp2.yaml --module llamafactory.launcher {recipe}"
            return [("launch", command)]
        if self.name == "ray":
            return [
                (HEAD, f"ray start --head --port=6379 --num-gpus={self.gpus}"),
                *(
                    (f"node{k}", f"ray start --address={HEAD}:6379 --num-gpus={self.gpus}")
                    for k in range(1, self.nodes)
                ),
                ("launch", f"USE_RAY=1 llamafactory-cli train {recipe}    (on {HEAD})"),
            ]
        if self.nodes == 1:
            return [("launch", f"FORCE_TORCHRUN=1 NPROC_PER_NODE={self.gpus} llamafactory-cli train {recipe}")]
        torchrun = f"FORCE_TORCHRUN=1 NNODES={self.nodes} NODE_RANK={{}} NPROC_PER_NODE={self.gpus}"
        start = f"{torchrun} MASTER_ADDR={HEAD} MASTER_PORT={PORT} llamafactory-cli train {recipe}"
        return [(f"node{rank}", start.format(rank)) for rank in range(self.nodes)]


HALF = Student("Qwen/Qwen2.5-0.5B-Instruct", Shape(24, 896, 4864, 14, 2, 151936, tied=True))
ONE_HALF = Student("Qwen/Qwen2.5-1.5B-Instruct", Shape(28, 1536, 8960, 12, 2, 151936, tied=True))
THREE = Student("Qwen/Qwen2.5-3B-Instruct", Shape(36, 2048, 11008, 16, 2, 151936, tied=True))
SEVEN = Student("Qwen/Qwen2.5-7B-Instruct", Shape(28, 3584, 18944, 28, 4, 152064, tied=False))
SHARED = "folders      saves/ and data/ on a file system that all nodes share; node 0 alone writes"

WAYS = {
    way.name: way
    for way in (
        Way(
            "torchrun",
            "torchrun, the student whole on every GPU",
            HALF,
            nodes=2,
            gpus=4,
            needs="nothing beside the environment",
            notes=(SHARED,),
        ),
        Way(
            "ray",
            "LLaMA-Factory's Ray mode, the student whole on every GPU",
            HALF,
            nodes=2,
            gpus=4,
            needs="pip install 'ray[default]' (its dashboard tells which node is the head), the same on every node",
            ray={"ray_num_workers": 8, "ray_init_kwargs": '{"address": "auto"}'},
            notes=(
                SHARED.replace("node 0 alone", "the first worker") + "; `ray start` in the project's root",
                "needs        10 CPUs beside every GPU; fewer, or no GPU, and it waits for ever (docs/cluster.md)",
            ),
        ),
        Way(
            "zero2",
            "DeepSpeed ZeRO-2, gradients and moments divided",
            ONE_HALF,
            nodes=1,
            gpus=4,
            needs='pip install "deepspeed>=0.16,<0.17"',
            method={"deepspeed": f"{FOLDER}/ds_z2.json"},
            bytes_each=2,
            bytes_divided=14,
        ),
        Way(
            "fsdp2",
            "FSDP2 by accelerate, everything divided",
            THREE,
            nodes=1,
            gpus=4,
            needs="nothing beside the environment",
            bytes_each=0,
            bytes_divided=16,
            notes=(f"more nodes   num_machines and num_processes in {FOLDER}/fsdp2.yaml; --machine_rank on each",),
        ),
        Way(
            "zero3",
            "DeepSpeed ZeRO-3, everything divided",
            SEVEN,
            nodes=2,
            gpus=4,
            needs='pip install "deepspeed>=0.16,<0.17" on every node',
            method={"deepspeed": f"{FOLDER}/ds_z3.json"},
            bytes_each=0,
            bytes_divided=16,
            notes=(SHARED, "note         a stage's weights are gathered and saved in 16 bits, not in 32 as elsewhere"),
        ),
    )
}
