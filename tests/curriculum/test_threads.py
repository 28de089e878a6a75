import pytest

from curriculum.launch import environment
from data_builders.threads import briefly


def test_threads_wait_briefly_unless_the_user_says_how() -> None:
    assert briefly({"PATH": "/bin"}) == {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "3000"}
    for own in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        assert briefly({own: "active"}) == {}, "the count would overrule the user's policy"


def test_a_job_is_told_how_its_threads_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.delenv(name, raising=False)
    assert environment()["GOMP_SPINCOUNT"] == "3000"
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    told = environment()
    assert (told["OMP_WAIT_POLICY"], "GOMP_SPINCOUNT" in told) == ("active", False)
