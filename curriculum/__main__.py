"""`python -m curriculum <verb>`: plan, run, compare; say how runs stand; open LLaMA-Board on them."""

import argparse
import os
import sys

from curriculum import board, board_serve, matrix_verbs, plan_verbs, single
from curriculum.asked import data_of, plan_arguments
from curriculum.board_told import standing_told
from curriculum.comparison import verbs as baselines
from curriculum.comparison.verbs import baselines_verb
from curriculum.export import verbs as export_verbs
from curriculum.job import JOBS, TRAINED, Run, job_of
from curriculum.processes import asked_processes
from curriculum.runner import run_jobs
from curriculum.told import event_line
from data_builders import cli
from data_builders.cli import Result, Verb
from data_builders.recipes import PROFILES, read_recipe, recipe_path


def run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the verbs that name jobs take."""
    parser.add_argument("jobs", nargs="*", help=f"of {', '.join(JOBS)} (default: s1 to s5), when no plan is named")
    which_run(parser)
    plan_arguments(parser)
    how_to_run(parser)
    parser.add_argument(
        "--recipe", default="", help="one whole recipe instead of jobs, such as yaml_recipes/baselines/…"
    )
    parser.add_argument("--predict", action="store_true", help="then answer the test rows, trained and untrained")


def how_to_run(parser: argparse.ArgumentParser) -> None:
    """Add what says in which process a job runs."""
    parser.add_argument("--cold", action="store_true", help="start each job in a process of its own")
    parser.add_argument("--in-process", action="store_true", help="call LLaMA-Factory's run_exp in this process")


def matrix_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `matrix` and `compare` take."""
    which_run(parser)
    plan_arguments(parser)
    how_to_run(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say which runs there are and what they cost")
    parser.add_argument(
        "--jobs", dest="jobs_at_once", metavar="N", type=int, default=1,
        help="runs trained at a time, on a share of the processors or a GPU of CUDA_VISIBLE_DEVICES each (default: 1)",
    )  # fmt: skip


def baselines_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `baselines` takes."""
    baselines.baselines_arguments(parser)
    how_to_run(parser)


def shown_plan(parser: argparse.ArgumentParser) -> None:
    """Add what `plan` takes."""
    which_run(parser)
    plan_arguments(parser)
    parser.add_argument("--costs", action="store_true", help="print the costs without the recipes")


def which_run(parser: argparse.ArgumentParser) -> None:
    """Add what names a run."""
    parser.add_argument("--run", default="", help="the run's name (default: the profile's)")
    parser.add_argument("--profile", choices=PROFILES, default="nano")
    parser.add_argument("--data", default="data", help="the run's data folder, or v1, v2, v3, v4 (default: data)")
    parser.add_argument("--student", default="", help="what s1 starts from (default: the recipe's)")


def run_of(args: argparse.Namespace) -> Run:
    """Return the run that the arguments describe."""
    student = args.student or read_recipe(recipe_path("s1", args.profile)).model
    processes = asked_processes(getattr(args, "processes", None), os.environ)
    folder = data_of(args.data, args.profile).folder
    return Run(args.run or args.profile, args.profile, folder, student, processes, getattr(args, "watch", 0))


def run_verb(args: argparse.Namespace) -> Result:
    """Run each job that is not done yet."""
    alone = single.asked_job(args)
    if alone:
        outcome = single.run_single(alone, *plan_verbs.launchers(args))
        plan_verbs.tell(event_line(outcome))
        return Result((f"the model: {outcome.output}",), outcome)
    plan = plan_verbs.asked_plan(args)
    if plan:
        return matrix_verbs.run_verb(plan, args)
    warm, _ = plan_verbs.launchers(args)
    outcomes = []
    for outcome in run_jobs(args.jobs or TRAINED, run_of(args), warm):
        outcomes.append(outcome)
        print(event_line(outcome), file=sys.stderr, flush=True)
    return Result((), outcomes)


def status_verb(args: argparse.Namespace) -> Result:
    """Say of each job whether it is done, can go on, or has to start."""
    alone = single.asked_job(args)
    if alone:
        name, state = single.status_line(alone)
        return Result((f"{name:<18} {state}",), {name: state})
    plan = plan_verbs.asked_plan(args)
    if plan:
        return plan_verbs.status_of_plan(plan)
    lines, states = [], {}
    for name in args.jobs or TRAINED:
        states[name] = standing_told(job_of(name, run_of(args)))
        lines.append(f"{name:<18} {states[name]}")
    return Result(tuple(lines), states)


def board_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `board` takes."""
    which_run(parser)
    plan_arguments(parser)
    parser.set_defaults(jobs=())
    parser.add_argument("--port", type=int, default=7860, help="on 127.0.0.1 (default: 7860)")
    parser.add_argument("--write-only", action="store_true", help="write the presets, do not start LLaMA-Board")


def board_verb(args: argparse.Namespace) -> Result:
    """Write each stage as a preset, then open LLaMA-Board until Ctrl-C."""
    if not args.write_only:
        board_serve.check_port(args.port)
    run, plan = run_of(args), plan_verbs.asked_plan(args)
    written = board.write_files(run, plan)
    for path in written.kept:
        print(f"your own preset is kept as {path}", file=sys.stderr)
    if args.write_only:
        return Result(tuple(f"{board.PRESETS}/{name}" for name in written.presets), written)
    print("LLaMA-Board starts; that takes about half a minute …", file=sys.stderr, flush=True)
    said = clicks(args.port, written.presets)
    data = plan.data if plan else run.data.as_posix()
    board_serve.serve(args.port, data, lambda: print(said, file=sys.stderr, flush=True))
    return Result(("LLaMA-Board is closed",), written)


def clicks(port: int, presets: tuple[str, ...]) -> str:
    """Return the address and the three clicks; the buttons are named as Board's Chinese and English pages have them."""
    return (
        f"\nLLaMA-Board: http://{board_serve.LOOPBACK}:{port}  (only from this machine; Ctrl-C closes it)\n"
        f"  1. choose a preset under 配置路径 / Config path: {', '.join(presets)}\n"
        "  2. press 载入训练参数 / Load arguments\n"
        "  3. press 开始 / Start\n"
        "What has finished meanwhile is in the lists of models and checkpoints once the page is loaded again.\n"
    )


RUN = "python -m curriculum"
VERBS = (
    Verb(
        "plan",
        "Show every recipe of a plan and what it costs, before anything runs.",
        f"{RUN} plan --plan 5stage --strategy lr_adj --data v1 --profile nano --run try",
        shown_plan,
        plan_verbs.plan_verb,
    ),
    Verb(
        "run",
        "Run a plan, or single jobs; what is done is skipped, what was interrupted goes on.",
        f"{RUN} run --plan 4stage --strategy lr_adj+lora --seed 1 --run try\n  {RUN} run s1 s2 --profile nano\n"
        f"  {RUN} run --recipe yaml_recipes/nano/baselines/t5_pegasus.yaml --run nano/baselines",
        run_arguments,
        run_verb,
    ),
    Verb("status", "Say how each job stands.", f"{RUN} status --run nano", run_arguments, status_verb),
    Verb(
        "matrix",
        "Run plans by strategies by data by seeds (lists by commas), and compare all; what is done is skipped.",
        f"{RUN} matrix --plans 1stage,4stage,5stage --strategies full,lr_adj --data v1 --seeds 1,2 --run study",
        matrix_arguments,
        matrix_verbs.matrix_verb,
    ),
    Verb(
        "compare",
        "Compare what a matrix, or a run with --predict, has scored.",
        f"{RUN} compare --run study",
        matrix_arguments,
        matrix_verbs.compare_verb,
    ),
    Verb(
        "baselines",
        "Compare models before and after fine-tuning on one split that cannot leak; what fails is told.",
        f"{RUN} baselines --input news.jsonl --models distilgpt2,opt-350m,Qwen3-0.6B --run try",
        baselines_arguments,
        baselines_verb,
    ),
    Verb(
        "board",
        "Open LLaMA-Board on 127.0.0.1 with each stage of a run, or rung of a plan, as a preset.",
        f"{RUN} board --run nano\n  {RUN} board --plan 5stage --strategy lora --run try",
        board_arguments,
        board_verb,
    ),
    Verb(
        "recipes",
        "Write yaml_recipes/, which is what the plans render.",
        f"{RUN} recipes --check",
        plan_verbs.recipes_arguments,
        plan_verbs.recipes_verb,
    ),
    Verb(
        "adapter",
        "Prepare an adapter of rank 32 on attention and 160 on the MLP.",
        f"{RUN} adapter --student saves/nano/s4 --out saves/nano/split_adapter",
        plan_verbs.adapter_arguments,
        plan_verbs.adapter_verb,
    ),
    Verb(
        "export",
        "Write a run's student in the forms that phones and servers read; refused when another prompt would be sent.",
        f"{RUN} export --run nano --forms safetensors,f16,q8_0,q4_k_m",
        export_verbs.export_arguments,
        export_verbs.export_verb,
    ),
    Verb(
        "doctor",
        "Check that every way of serving an export still sends the prompt that was trained on.",
        f"{RUN} doctor --run nano",
        export_verbs.which_run,
        export_verbs.doctor_verb,
    ),
    Verb(
        "forms",
        "Measure each form of an export on the test rows: size, speed, ROUGE against the original.",
        f"{RUN} forms --run nano",
        export_verbs.which_run,
        export_verbs.forms_verb,
    ),
)

if __name__ == "__main__":
    sys.exit(cli.run(RUN, "Run the ladder's stages with stock LLaMA-Factory.", VERBS))
