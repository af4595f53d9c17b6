"""A process that does one piece of work on a data directory, and can be told at which step to die at once.

python tests/kill/victim.py DATA WORK [STEP]      WORK: refresh, rebuild, or import of DATA/orders.csv
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from operational.settings import Settings
from operational.store.session import Store


def main(data: str, work: str, step: str = "") -> None:
    store = Store.open(Settings(data=Path(data)))

    def die_at(what: str, done: int = 0, total: int = 0) -> None:
        if what == step:
            os.kill(os.getpid(), signal.SIGKILL)

    if work == "import":
        from operational.crud.access import SYSTEM_ACTOR
        from operational.transfer.import_file import import_file

        result = import_file(
            store,
            SYSTEM_ACTOR,
            "order",
            Path(data) / "orders.csv",
            on_conflict="skip",
            history=True,
            progress=die_at,
        )
        print(result.summary("en"))
    else:
        from pipelines.refresh import recorded

        with recorded(store, full=work == "rebuild", progress=die_at) as refreshing:
            refreshing.run()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
