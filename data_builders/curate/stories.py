"""Join articles into stories, in the order given, and never move one that has its split.

    >>> stories = Stories(Cutting())
    >>> stories.add(Told("a", "a", ""), ())
    >>> stories.add(Told("b", "b", ""), ("a",))
    >>> stories.story("b")
    'a'

A new article joins the story of its earliest neighbour: those that the source gives the same `story`, those it is a
copy of, those that tell the same. A story's split is decided when its first article comes. An article that ties
stories of different splits would leak from one to the other, so it is not taken (`add` says which stories they are).
"""

from collections.abc import Iterable
from typing import NamedTuple

from data_builders.curate.split import Cutting, Undecided, filled, moment, split_of
from data_builders.schema import Placed, Split


class Told(NamedTuple):
    """What joining needs of an article: its id, the story that its source gives (or its own id), and when."""

    id: str
    story: str
    published: str


class Stories:
    """Stories as they grow: each has a first article, a split once that is decided, and members."""

    def __init__(self, cutting: Cutting) -> None:
        self.cutting = cutting
        self.parent: dict[str, str] = {}
        self.born: dict[str, int] = {}
        self.decided: dict[str, Split] = {}
        self.member: dict[str, str] = {}
        self.first: dict[str, str] = {}

    def recall(self, placed: Placed) -> None:
        """Take an article as an earlier run placed it, be it in this corpus or not."""
        if placed.split:
            root = self.root(self.found(placed.story))
            self.decided.setdefault(root, placed.split)
            self.member[placed.id] = root

    def add(self, told: Told, neighbours: Iterable[str]) -> str:
        """Put an article into a story; return "" or, where it would tie different splits, which stories those are."""
        mine = self.member.get(told.id)
        roots = {self.root(self.member[name]) for name in neighbours if name in self.member}
        if told.story in self.parent:
            roots.add(self.root(told.story))
        if mine is not None:
            split = self.decided.get(self.root(mine))
            roots = {root for root in roots if self.decided.get(root, split) == split} | {self.root(mine)}
        splits = {self.decided[root] for root in roots if root in self.decided}
        if len(splits) > 1:
            listed = sorted((self.born[root], root) for root in roots if root in self.decided)
            return "ties " + " and ".join(f"{root} ({self.decided[root]})" for _, root in listed)
        root = self.united(roots, told.story, splits)
        self.member[told.id] = root
        if told.published and (moment(told.published) < moment(self.first.get(root, "9999"))):
            self.first[root] = told.published
        return ""

    def follow(self, told: Told, of: str) -> None:
        """Let the story of a copy that is left out go on with the story of what it repeats."""
        self.member.pop(told.id, None)
        if told.story != told.id and of in self.member and told.story not in self.parent:
            self.parent[told.story] = self.root(self.member[of])

    def united(self, roots: set[str], name: str, splits: set[Split]) -> str:
        """Make one story of several and return its root; a story nobody knew is begun under `name`."""
        if not roots:
            root = self.found(name)
            if self.cutting.at_once:
                self.decided[root] = split_of(root, self.cutting.seed, self.cutting.shares)
            return root
        root, *others = sorted(roots, key=self.born.__getitem__)
        for other in others:
            self.parent[other] = root
            if moment(self.first.get(other, "9999")) < moment(self.first.get(root, "9999")):
                self.first[root] = self.first[other]
        if name not in self.parent:
            self.parent[name] = root
        if splits:
            self.decided[root] = next(iter(splits))
        return root

    def found(self, name: str) -> str:
        """Begin a story under a name, unless it is there."""
        if name not in self.parent:
            self.parent[name] = name
            self.born[name] = len(self.born)
        return name

    def root(self, name: str) -> str:
        """Return the story that a name has come to stand for."""
        while (above := self.parent[name]) != name:
            self.parent[name] = name = self.parent[above]
        return name

    def decide(self, here: Iterable[str]) -> None:
        """Give every story that waits its split; `here` are the ids of the corpus's kept articles."""
        sizes: dict[str, int] = {}
        already: dict[Split, int] = {}
        kept = set(here)
        for name, member in self.member.items():
            root = self.root(member)
            if root in self.decided:
                already[self.decided[root]] = already.get(self.decided[root], 0) + 1
            elif name in kept:
                sizes[root] = sizes.get(root, 0) + 1
        waiting = [Undecided(root, size, self.first.get(root, "")) for root, size in sizes.items()]
        self.decided.update(filled(waiting, self.cutting, already))

    def story(self, article: str) -> str:
        """Return the id of the article's story."""
        return self.root(self.member[article])

    def split(self, article: str) -> Split:
        """Return the split of the article's story."""
        return self.decided[self.story(article)]
