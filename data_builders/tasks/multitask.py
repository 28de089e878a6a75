"""What the three tasks of the multi-task study share: the system prompt, and published instructions.

The study trained Qwen2.5-3B-Instruct by LLaMA-Factory with template `qwen` and named no system prompt, so the
template's own stood before every row. It is written out here: training and every way to ask then agree.
"""

SYSTEM = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
