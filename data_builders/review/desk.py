"""Who sees which item next, and how far the work is.

    desk = Desk(items, store, double=0.1)
    item = desk.resume("小美")              # the one she had open, else the first that waits for her
    desk.after("小美", item.id)             # the next one that she has not decided

The queue is the items' own order, the most doubted first. An item waits for one reviewer; a share of them, picked by
id alone, waits for two who do not see each other's decision, so that their agreement can be told. An item that
somebody has open is not handed to another until he has been away for half an hour.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from data_builders.errors import InputError
from data_builders.review.agreement import agreements
from data_builders.review.check import tidy
from data_builders.review.schema import Item, Mark, Progress, View
from data_builders.review.store import Store

AWAY = timedelta(minutes=30)
BOTH = 2


class Desk:
    """The items of one review and where each reviewer stands."""

    def __init__(self, items: tuple[Item, ...], store: Store, double: float) -> None:
        self.items, self.store = items, store
        self.places = {item.id: place for place, item in enumerate(items)}
        self.drafts = {item.id: item.draft for item in items}
        self.wanted = {item.id: BOTH if picked(item.id, double) else 1 for item in items}

    def item(self, item_id: str) -> Item:
        """Return the item of that id."""
        if item_id not in self.places:
            raise InputError(item_id, "an item of this review", "no such id", "reload the page")
        return self.items[self.places[item_id]]

    def decisions(self) -> list[Mark]:
        """Return what stands on the drafts of today, oldest first; a draft that changed waits for a new decision."""
        return [one for one in self.store.marks() if self.drafts.get(one.item) == one.draft]

    def resume(self, reviewer: str) -> Item | None:
        """Return the item that the reviewer has open while he has not decided it, else the first that waits."""
        place = self.places.get(self.store.place(reviewer))
        decisions = self.decisions()
        if place is not None and not decided(decisions, reviewer, self.items[place].id):
            return self.items[place]
        waiting = self.waiting(reviewer, decisions)
        return self.items[waiting[0]] if waiting else None

    def after(self, reviewer: str, item_id: str) -> Item | None:
        """Return the next item that waits for the reviewer, from the start again after the last; None at the end."""
        here = self.places.get(item_id, -1)
        waiting = self.waiting(reviewer, self.decisions())
        later = [place for place in waiting if place > here] or [place for place in waiting if place != here]
        return self.items[later[0]] if later else None

    def beside(self, reviewer: str, item_id: str, step: int) -> Item | None:
        """Return the neighbour of an item among those that the reviewer decided or may decide; None past the ends."""
        decisions = self.decisions()
        own = {self.places[one.item] for one in decisions if one.reviewer == reviewer}
        known = sorted(own.union(self.waiting(reviewer, decisions)) - {self.places[item_id]})
        here = self.places[item_id]
        found = [place for place in known if (place - here) * step > 0]
        return self.items[found[0] if step > 0 else found[-1]] if found else None

    def waiting(self, reviewer: str, decisions: Iterable[Mark]) -> list[int]:
        """Return the places, in the queue's order, of the items that wait for this reviewer."""
        takers: dict[str, set[str]] = {}
        for one in decisions:
            takers.setdefault(one.item, set()).add(one.reviewer)
        mine = {item for item, who in takers.items() if reviewer in who}
        for other, item in self.store.places(AWAY).items():
            if other != reviewer:
                takers.setdefault(item, set()).add(other)
        return [
            place
            for place, item in enumerate(self.items)
            if item.id not in mine and len(takers.get(item.id, ())) < self.wanted[item.id]
        ]

    def view(self, reviewer: str, item: Item) -> View:
        """Return what the page shows the reviewer, who has the item open from now on."""
        self.store.move(reviewer, item.id)
        article = item.article
        return View(
            id=item.id,
            draft=item.draft,
            teacher=item.teacher,
            strategy=item.strategy,
            title=article.title,
            source=article.source,
            published=article.published,
            url=article.url if article.url.startswith(("https://", "http://")) else "",
            article=article.article,
            content=item.content,
            start=tidy(item.content),
            doubts=item.doubts,
            place=self.places[item.id] + 1,
            mine=self.store.mine(item.id, item.draft, reviewer),
        )

    def progress(self, reviewer: str) -> Progress:
        """Return how far the work is."""
        decisions = self.decisions()
        opinions = Counter(one.item for one in decisions)
        latest = {one.item: one.verdict for one in decisions}
        wanted = [item_id for item_id, count in self.wanted.items() if count == BOTH]
        return Progress(
            items=len(self.items),
            decided=len(latest),
            mine=sum(one.reviewer == reviewer for one in decisions),
            left=len(self.waiting(reviewer, decisions)),
            second=sum(opinions[item_id] >= BOTH for item_id in wanted),
            second_wanted=len(wanted),
            reviewers=len({one.reviewer for one in decisions}),
            verdicts=dict(sorted(Counter(latest.values()).items())),
            agreement=agreements(decisions),
        )


def decided(decisions: Iterable[Mark], reviewer: str, item_id: str) -> bool:
    """Tell whether a reviewer's decision on an item stands."""
    return any(one.item == item_id and one.reviewer == reviewer for one in decisions)


def picked(item_id: str, share: float) -> bool:
    """Tell whether an item is of the share that two reviewers see; it depends on the id alone."""
    digest = hashlib.sha256(f"second opinion {item_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
