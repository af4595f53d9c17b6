"""The server of our definitions, which Dagster's daemon asks: what it needs is made ready, then it takes our place.

A server that the daemon keeps for itself is started anew every minute, three seconds of work for nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from operational.settings import Settings
from pipelines.orchestration import code_socket, prepare_home


def main() -> None:
    """Become the server, on a socket in Dagster's folder."""
    home = prepare_home(Settings())
    socket = code_socket(home)
    if socket is None:
        raise SystemExit(f"The path of {home} is too long for a socket; let the daemon hold the definitions.")
    socket.unlink(missing_ok=True)
    program = Path(sys.executable).with_name("dagster")
    server = ["api", "grpc", "--socket", str(socket), "--log-level", "error", "-m", "pipelines.definitions"]
    os.execv(program, [str(program), *server])  # noqa: S606  # our own program


if __name__ == "__main__":
    main()
