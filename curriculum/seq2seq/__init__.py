"""Encoder-decoders and P-tuning on transformers' Seq2SeqTrainer: what LLaMA-Factory has not, or trains wrongly.

    python -m curriculum run --recipe yaml_recipes/nano/baselines/t5_pegasus.yaml --run nano/baselines
    python -m curriculum.seq2seq yaml_recipes/nano/baselines/t5_pegasus.yaml output_dir=saves/try      (what it starts)

    recipe -> settings -> rows -> trainer (best checkpoint by dev ROUGE-L) -> weights, or the prefix alone

A recipe is one of ours (`stage: seq2seq`): LLaMA-Factory's and transformers' key names, PEFT's for a prefix, and one of
its own, `rouge_mode`. The job around it is that of any stage: marker, resume, log, manifest.
"""
