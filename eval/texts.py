r"""What every metric asks of a text before it counts anything: characters that UTF-8 can hold.

    >>> checked("x-1", "颱風", "來了")

A lone surrogate is half a character. Python carries it along, JSON escapes it, but no tokenizer outside Python can be
given it: with one text of a thousand holding one, a metric would stop with somebody else's error, or count a character
that is none. So it is refused by the pair's name.
"""

import re

from data_builders.errors import InputError

SURROGATE = re.compile("[\ud800-\udfff]")


def checked(name: str, *texts: str) -> None:
    """Raise an InputError that names the pair when a text holds a lone surrogate."""
    for text in texts:
        found = SURROGATE.search(text)
        if found:
            seen = f"the lone surrogate U+{ord(found[0]):04X} at character {found.start() + 1}"
            raise InputError(name, "text that UTF-8 can hold", seen, "clean the text first")
