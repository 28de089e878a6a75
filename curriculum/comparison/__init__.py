"""Models compared before and after fine-tuning on one split: the study of GPT-2, OPT, TinyLlama, Qwen3 and others.

python -m curriculum baselines --input news.jsonl --models distilgpt2,opt-350m,Qwen3-0.6B --run try

table (what is compared) -> recipe (whole, in yaml_recipes/baselines/) -> play (rows, answers, training, scores)
-> report (pretrained | fine-tuned)
"""
