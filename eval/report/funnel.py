"""Where the articles and rows went, from the manifests that curate and build left.

    >>> funnel_of(curated, built).splits
    {'train': 75, 'dev': 9, 'test': 20}

Reasons are shown as the slugs that rejected.jsonl holds, so that a reader can look the records up.
"""

from collections.abc import Iterable

from data_builders.schema import SPLITS, Manifest
from eval.report.inputs import STAGES
from eval.report.schema import Funnel, LeftOut, Proof, StageRows


def funnel_of(curated: Manifest, built: Iterable[Manifest]) -> Funnel:
    """Return the funnel; a split that a manifest does not name has 0 rows."""
    manifests = tuple(built)
    rows = {name: made.rows for manifest in manifests for name, made in manifest.outputs.items()}
    splits = {str(split): made.rows for split in SPLITS if (made := curated.outputs.get(f"{split}.jsonl"))}
    return Funnel(
        articles_in=curated.rows_in,
        articles_out=sum(splits.values()),
        splits=splits,
        articles_left_out=left_out(curated),
        stages=tuple(
            StageRows(stage, *(rows.get(f"{stage}_{split}.jsonl", 0) for split in SPLITS))
            for stage in ("s0", *STAGES)
            if any(name.startswith(f"{stage}_") for name in rows)
        ),
        rows_left_out=tuple(one for manifest in manifests for one in left_out(manifest)),
        steps=curated.funnel or {},
        edited=curated.edited or {},
        proofs=tuple(proof for manifest in (curated, *manifests) for proof in proof_of(manifest)),
    )


def left_out(manifest: Manifest) -> tuple[LeftOut, ...]:
    """Return what one step left out, the most frequent reason first."""
    counts = sorted(manifest.rejected.items(), key=lambda item: (-item[1], item[0]))
    return tuple(LeftOut(manifest.step, reason, count) for reason, count in counts)


def proof_of(manifest: Manifest) -> tuple[Proof, ...]:
    """Return a step's certificate as one row, or none where it made none."""
    made = manifest.certificate
    if not made:
        return ()
    alike = ", ".join(f"{name} {share:g}" for name, share in made.likeness.items())
    return (Proof(manifest.step, made.result, made.leaks, made.pairs, alike, made.engine),)
