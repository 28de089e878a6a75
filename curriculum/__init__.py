"""The ladder climbed: run stages with stock LLaMA-Factory, know which are done, go on after an interrupt.

    python -m curriculum run s1 s2 s3 s4 s5 --run nano --profile nano

Every stage is `llamafactory-cli train <recipe> [key=value …]`; this package decides whether it has to run, and starts
it. A stage that finished is marked by our own `stage.done.json`, since LLaMA-Factory leaves no mark that can be
trusted: a rerun resumes the newest checkpoint silently, whatever has changed.
"""
