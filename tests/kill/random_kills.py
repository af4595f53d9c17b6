"""`make kill`: import, refresh and rebuild, each killed 30 times at random moments; afterwards all is whole."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.kill.ground import after_import, after_refresh, prepare, start, watched

KILLS = 30


def main(kills: int = KILLS) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        ground = prepare(Path(scratch))
        for work in ("import", "refresh", "rebuild"):
            lasts = _lasts(ground.data, work, Path(scratch) / "timed")
            died = spared = 0
            while died < kills:
                data = Path(scratch) / "victim"
                shutil.copytree(ground.data, data)
                with watched(ground, data):
                    victim = start(data, work)
                    time.sleep(random.uniform(0.2, 1.0) * lasts)
                    victim.kill()
                    died, spared = (died + 1, spared) if victim.wait() < 0 else (died, spared + 1)
                after_import(data) if work == "import" else after_refresh(ground, data)
                shutil.rmtree(data)
                print(f"\r{work}: {died} of {kills}", end="", flush=True)
            print(
                f"\r{work}: {died} kills, {spared} more came after its end; store and warehouse whole after each, readers undisturbed"
            )
    return 0


def _lasts(data: Path, work: str, copy: Path) -> float:
    shutil.copytree(data, copy)
    began = time.monotonic()
    if start(copy, work).wait() != 0:
        raise SystemExit(f"{work} does not work even undisturbed")
    shutil.rmtree(copy)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
