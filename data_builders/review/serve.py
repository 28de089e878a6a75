"""Listen, say where, and serve until Ctrl-C; a server that others can reach wants a password first.

    python -m data_builders review serve --data data
    REVIEW_PASSWORD=… python -m data_builders review serve --data data --host 0.0.0.0

The page speaks plain HTTP. In a network that is not trusted, keep it on loopback and come by `ssh -L`, or put a proxy
that speaks TLS before it and give its name with --allow-host.
"""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from data_builders.errors import UsageError
from data_builders.jsonl import unreadable
from data_builders.review.desk import Desk
from data_builders.review.guard import LOOPBACK_NAMES, Guard, is_loopback

PASSWORD = "REVIEW_PASSWORD"  # noqa: S105  # a variable's name
LEAST_PASSWORD = 8
MOST_PORT = 65_535


def password_of(file: Path | None) -> str:
    """Return the password from the file, else from the environment; "" when there is none."""
    if file is None:
        return os.environ.get(PASSWORD, "")
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise (unreadable(file, error) if isinstance(error, OSError) else no_password(str(file), "no text")) from error
    if not text:
        raise no_password(str(file), "an empty file")
    return text


def no_password(where: str, found: str) -> UsageError:
    """Return the error for a password that is none."""
    return UsageError(where, f"a password of at least {LEAST_PASSWORD} characters", found, "write one into the file")


def guard_of(secret: bytes, host: str, password: str, names: Sequence[str]) -> Guard:
    """Return what requests are held to, when the host may be listened on with that password."""
    if password and len(password) < LEAST_PASSWORD:
        raise no_password("the password", f"{len(password)} characters")
    if is_loopback(host):
        return Guard(secret, frozenset((*LOOPBACK_NAMES, *lowered(names))), any_address=False, password=password)
    if not password:
        expected = f"a password (--password-file FILE, or {PASSWORD}), for others can reach this address"
        then = "set one, or leave --host out to stay on 127.0.0.1"
        raise UsageError(f"--host {host}", expected, "none", then)
    return Guard(secret, frozenset((*LOOPBACK_NAMES, *lowered((host, *names)))), any_address=True, password=password)


def lowered(names: Sequence[str]) -> list[str]:
    """Return names in small letters, as Host headers are compared."""
    return [name.lower() for name in names]


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that a busy port is known before anything is said."""
    where, then = f"--host {host} --port {port}", "give another --port (make: PORT=)"
    if not 0 <= port <= MOST_PORT:
        raise UsageError(where, f"a port from 0 (any) to {MOST_PORT}", str(port), then)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(where, "a free port", error.strerror or str(error), then) from error


def serve(desk: Desk, guard: Guard, listening: socket.socket) -> None:
    """Serve the page until it is interrupted."""
    import uvicorn

    from data_builders.review.server import app_of

    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    reach = "others may reach it with the password" if guard.password else "only from this machine"
    line = f"review: http://{shown}:{port}  ({len(desk.items)} items; {reach}; Ctrl-C closes it)\n"
    sys.stderr.write(line)
    sys.stderr.flush()
    config = uvicorn.Config(
        app_of(desk, guard, f"review_{port}"),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listening])
