"""How long OpenMP's threads spin while they wait for each other.

    os.environ.update(briefly(os.environ))      # before torch is imported

Threads that spin for long starve whoever else is at work: beside one other job, one stage of the nano student took
290 s with OpenMP's default and 31 s with threads that sleep at once. Sleeping at once costs an idle machine half as
much again (0.137 s a step of the nano student against 0.093 s, two cores). 3,000 turns take 0.105 s there, and 0.233 s
beside a busy job, where sleeping takes 0.179 s and the default 0.337 s (benchmarks/threads.py).
"""

from collections.abc import Mapping

# GNU's library takes the count and leaves the policy aside; others know the policy alone.
BRIEFLY = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "3000"}


def briefly(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what to add to an environment; one in which the user has set either is left as it is."""
    return {} if environment.keys() & BRIEFLY.keys() else dict(BRIEFLY)
