"""Text in, datasets out: `python -m data_builders <verb>`.

    ingest -> curate -> student -> teach -> build -> doctor

Each verb reads and writes files, may be run again at any time, and gives the same bytes for the same input.
"""

VERSION = "0.1.0"
