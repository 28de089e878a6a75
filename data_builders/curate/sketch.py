"""Sketch an article, and find the pairs of sketches that may be alike.

    >>> sketch_of("今天　天氣好。").digest == sketch_of("今天天气好").digest
    True

A sketch is what can be made of one article alone, on any machine: the digest of its folded text and a sample of its
runs of `RUN` characters, those whose hash is below one `RATE`th of the range (FracMinHash, Irber et al. 2022). The same
run is in every sample or in none, so shares of one text *in* another can be told from samples, which MinHash cannot.

Pairs come from postings, the samples of all articles sorted by hash. An article meets the holders of a hash that stand
before it, all of them while they are at most `CROWD`, and only the first `FIRST` of them beyond: what is found for an
article hangs on those before it alone, and a phrase that everybody writes costs no more than a rare one.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_builders.curate.shingles import Folded, Shingles, different, folded, packed

Numbers = NDArray[np.uint32]

RUN = 5
RATE = 8
CROWD, FIRST = 32, 4
CROWD_HERE = 1024  # of the test texts that hold a hash, so many are met
BLOCK = 1 << 14  # how many articles' pairs are counted at a time
LEAST_OWN, LEAST_SHARE = 0.03, 0.12  # of the smaller sample: runs that are not crowded, or any


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article's folded text in short: its digest ("" bytes when nothing is left), length, and uint32 sample."""

    digest: bytes
    size: int
    sample: bytes


@dataclass(frozen=True, slots=True)
class Postings:
    """All samples sorted by hash, then by place: `starts[k]` is where the hash of `k` begins.

    `sizes` is by place: how many hashes an article's sample has.
    """

    hashes: Numbers
    owners: Numbers
    starts: Numbers
    sizes: Numbers


class Met(NamedTuple):
    """A place that may be like another.

    `share` is what part of the smaller sample the two were seen to have in common, `own` the same without the runs
    that are crowded.
    """

    place: int
    share: float
    own: float


def sketch_of(text: str) -> Sketch:
    """Return the sketch of one article."""
    return sketch_of_folded(folded(text))


def sketch_of_folded(codes: Folded) -> Sketch:
    """Return the sketch of an article that is folded already."""
    digest = hashlib.blake2b(codes.tobytes(), digest_size=16).digest() if len(codes) else b""
    return Sketch(digest, len(codes), sample(codes).tobytes())


def sample(codes: Folded, rate: int = RATE) -> Numbers:
    """Return the hashes of one run in `rate`, always the same ones, sorted, each once.

    The high bits decide which, the low 32 stand for the run: two that collide make a pair to judge, no finding.
    """
    count = max(len(codes) - RUN + 1, 0)
    hashes = packed(codes, 4)[:count]
    hashes ^= codes[4 : 4 + count].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((32, 0xD6E8FEB86659FD93), (29, 0xBF58476D1CE4E5B9)):
        hashes ^= hashes >> np.uint64(shift)
        hashes *= np.uint64(factor)
    hashes ^= hashes >> np.uint64(32)
    return different(hashes[hashes <= np.uint64((2**64 - 1) // rate)].astype(np.uint32))


def postings(samples: Iterable[bytes]) -> Postings:
    """Sort the samples of all articles, given in the articles' order."""
    sizes, hashes = gathered(samples)
    both = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    both |= hashes.astype(np.uint64) << np.uint64(32)
    both.sort()
    owners = both.astype(np.uint32)
    both >>= np.uint64(32)
    hashes = both.astype(np.uint32)
    del both
    starts = np.arange(len(hashes), dtype=np.uint32)
    starts[1:][hashes[1:] == hashes[:-1]] = 0
    np.maximum.accumulate(starts, out=starts)
    return Postings(hashes, owners, starts, sizes)


def gathered(samples: Iterable[bytes]) -> tuple[Numbers, Numbers]:
    """Lay all samples end to end; return the length of each and the whole."""
    whole, lengths = bytearray(), []
    for one in samples:
        whole += one
        lengths.append(len(one) // 4)
    return np.array(lengths, dtype=np.uint32), np.frombuffer(whole, dtype=np.uint32)


def alike(found: Postings) -> Iterator[tuple[int, list[Met]]]:
    """Yield each place with the places before it that may be like it, the likeliest first."""
    ranks = np.arange(len(found.owners), dtype=np.uint32) - found.starts
    crowded = ranks >= CROWD
    counts = np.where(crowded, FIRST, ranks).astype(np.uint8)
    del ranks
    for low in range(0, len(found.sizes), BLOCK):
        here = np.flatnonzero((found.owners >= low) & (found.owners < low + BLOCK) & (counts > 0))
        pairs = np.repeat(found.owners[here].astype(np.uint64) << np.uint64(33) | crowded[here], counts[here])
        pairs |= found.owners[spread(found.starts[here], counts[here])].astype(np.uint64) << np.uint64(1)
        yield from likely(pairs, found.sizes, found.sizes)


def spread(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return start, start + 1, … for each start, as many as its count, all in a row."""
    ends = np.cumsum(counts, dtype=np.int64)
    within = np.arange(ends[-1] if len(ends) else 0, dtype=np.int64) - np.repeat(ends - counts, counts)
    spread_out: NDArray[np.int64] = np.repeat(starts.astype(np.int64), counts) + within
    return spread_out


def met_in(found: Postings, samples: Iterable[bytes]) -> Iterator[tuple[int, list[Met]]]:
    """Yield each of the samples' places (0 for the first) with the places in `found` that may be like it."""
    sizes, hashes = gathered(samples)
    places = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    starts = np.searchsorted(found.hashes, hashes)
    counts = np.minimum(np.searchsorted(found.hashes, hashes, side="right") - starts, CROWD_HERE)
    pairs = np.repeat(places << np.uint64(33), counts)
    pairs |= found.owners[spread(starts, counts)].astype(np.uint64) << np.uint64(1)
    return likely(pairs, sizes, found.sizes)


def likely(pairs: Shingles, sizes: Numbers, others: Numbers) -> Iterator[tuple[int, list[Met]]]:
    """Count (place << 33 | other place << 1 | crowded); yield those that share enough, for each place most first."""
    pairs.sort()
    crowded = (pairs & np.uint64(1)).astype(np.int64)
    pairs >>= np.uint64(1)
    starts = np.flatnonzero(np.concatenate((np.ones(min(len(pairs), 1), np.bool_), pairs[1:] != pairs[:-1])))
    shared = np.diff(starts, append=len(pairs))
    pairs = pairs[starts]
    place, other = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    least = np.minimum(sizes[place], others[other])
    own = shared - (np.add.reduceat(crowded, starts) if len(starts) else 0)
    enough = (own >= np.maximum(1, LEAST_OWN * least)) | (shared >= LEAST_SHARE * least)
    if not enough.any():
        return
    own, share = (own / least)[enough], (shared / least)[enough]
    place, other = place[enough], other[enough]
    order = np.lexsort((other, -share, place))
    place = place[order]
    met = list(map(Met, other[order].tolist(), share[order].tolist(), own[order].tolist()))
    cuts = [0, *(np.flatnonzero(np.diff(place)) + 1).tolist(), len(place)]
    for start, end in pairwise(cuts):
        yield int(place[start]), met[start:end]
