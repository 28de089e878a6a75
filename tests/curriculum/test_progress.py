import io
import json
from pathlib import Path

from curriculum.progress import Progress


class Screen(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def log(path: Path, *lines: dict[str, object]) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)


def test_off_a_terminal_each_look_at_the_dev_split_is_one_line(tmp_path: Path) -> None:
    screen = Screen(terminal=False)
    progress = Progress("s3", tmp_path / "log", screen)
    progress.look()
    log(tmp_path / "log", {"current_steps": 0, "total_steps": 8, "eval_loss": 4.5, "elapsed_time": "0:00:00"})
    progress.look()
    log(tmp_path / "log", {"current_steps": 2, "total_steps": 8, "loss": 3.25})
    log(tmp_path / "log", {"current_steps": 8, "total_steps": 8, "eval_loss": 3.5, "elapsed_time": "0:00:09"})
    progress.look()
    first, second = screen.getvalue().splitlines()
    assert first == "s3                 step 0/8  dev loss 4.500  0:00:00"
    assert second == "s3                 step 8/8  loss 3.250  dev loss 4.500 -> 3.500  0:00:09"
    assert progress.losses == [4.5, 3.5]


def test_on_a_terminal_the_line_is_rewritten_in_place_and_cleared(tmp_path: Path) -> None:
    screen = Screen(terminal=True)
    progress = Progress("s3", tmp_path / "log", screen)
    log(tmp_path / "log", {"current_steps": 2, "total_steps": 8, "loss": 3.25})
    progress.look()
    progress.clear()
    assert screen.getvalue().count("\r\x1b[K") == 2
    assert "\n" not in screen.getvalue()


def test_a_half_written_line_is_read_when_it_is_whole(tmp_path: Path) -> None:
    progress = Progress("s3", tmp_path / "log", Screen(terminal=False))
    line = json.dumps({"current_steps": 1, "total_steps": 2, "eval_loss": 2.0}) + "\n"
    (tmp_path / "log").write_text(line[:20], encoding="utf-8")
    progress.look()
    assert progress.losses == []
    with (tmp_path / "log").open("a", encoding="utf-8") as stream:
        stream.write(line[20:])
    progress.look()
    assert progress.losses == [2.0]
