"""The customer models fitted to the CDNOW sample, beside `lifetimes`, which lives in an environment of its own.

How the models are fitted stands in warehouse/science.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np

from pipelines.bench.paper import Line, against, timed
from warehouse.science import bg_nbd, pareto_nbd
from warehouse.science.purchase_history import distinct_histories

LIMIT, TIMES = 1.0, 5
NEAR = 1e-3  # by which our log-likelihood may be below theirs
MODELS = {"bg_nbd": bg_nbd, "pareto_nbd": pareto_nbd}
PEER = Path(__file__).with_name("fits_of_lifetimes.py")


class FittedWorse(Exception):
    """Their parameters are likelier than ours, so the times of the fits say nothing."""


def measure(peers: str) -> list[Line]:
    """Both models on the same rows, by the median of some fits; `peers` is the folder of an environment or its Python."""
    python = Path(peers) / "bin" / "python" if Path(peers).is_dir() else Path(peers)
    if not peers or not _has_lifetimes(python):
        where = f"{peers} has no lifetimes" if peers else "no environment was named"
        return [
            Line(
                "fits on CDNOW",
                "not measured",
                f"{where}: YINGKE_PEERS or --peers names one with `lifetimes`",
            )
        ]
    command = [str(python), str(PEER), str(TIMES)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    theirs = json.loads(done.stdout)
    rows = [np.array(column) for column in theirs["rows"]]
    return [_beside(name, rows, theirs[name]["seconds"], theirs[name]["parameters"]) for name in MODELS]


def _has_lifetimes(python: Path) -> bool:
    command = [str(python), "-c", "import lifetimes"]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _beside(name: str, rows: list[np.ndarray], seconds: float, parameters: list[float]) -> Line:
    model = MODELS[name]
    fit = model.fit(*rows)
    histories = distinct_histories(*rows)
    ours, theirs = (
        model.log_likelihood(np.array(values), histories)[0]
        for values in (list(fit.parameters.values()), parameters)
    )
    if ours < theirs - NEAR:
        raise FittedWorse(f"{name}: log-likelihood {ours:,.4f}, lifetimes has {theirs:,.4f}")
    taken = timed(lambda: model.fit(*rows), TIMES)
    return against(f"{name} of {len(rows[0]):,} customers", taken, "lifetimes:", seconds, LIMIT)
