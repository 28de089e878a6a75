"""Every error that a user can cause, as one line that says where, what was expected, what was found, what to do.

    >>> str(InputError("news.jsonl:7", "text in article|content", "fields id, title", "rename one"))
    'news.jsonl:7: expected text in article|content, found fields id, title. Next: rename one'

The packages raise these and nothing else for bad input; `cli.run` prints them and picks the exit code.
"""


class NewsLadderError(Exception):
    """The base: four parts, printed as one line; exit code 1."""

    exit_code = 1

    def __init__(self, where: str, expected: str, found: str, then: str) -> None:
        self.where, self.expected, self.found, self.then = where, expected, found, then
        line = f"{where}: expected {expected}, found {found}. Next: {then}"
        super().__init__(" ".join(line.split()))


class InputError(NewsLadderError):
    """A file or a value that a user gave is not what the step needs."""


class OrderError(NewsLadderError):
    """A step was asked for before the step it builds on."""


class WriteError(NewsLadderError):
    """The disk is full or refuses; what stood there before still stands."""


class TrainError(NewsLadderError):
    """LLaMA-Factory ended a stage with an error."""


class UsageError(NewsLadderError):
    """The command line asks for something that cannot be; exit code 2."""

    exit_code = 2
