"""Run by the interpreter of an environment that has `lifetimes`: its fits on the CDNOW sample, as JSON on standard output.

Nothing of the product is imported here, and nothing in the product imports this.
"""

import json
import statistics
import sys
import time
from typing import Any

import lifetimes  # type: ignore[import-not-found]  # lives in an environment of its own
from lifetimes.datasets import load_cdnow_summary  # type: ignore[import-not-found]


def main(times: int) -> None:
    """Rows of customers (frequency, recency, age in weeks) and per model median seconds and parameters."""
    table = load_cdnow_summary(index_col=[0])
    rows = [table[name].astype(float) for name in ("frequency", "recency", "T")]
    found: dict[str, Any] = {"rows": [one.tolist() for one in rows]}
    for name, kind in (("bg_nbd", lifetimes.BetaGeoFitter), ("pareto_nbd", lifetimes.ParetoNBDFitter)):
        taken = []
        for _ in range(times):
            model = kind(penalizer_coef=0.0)
            began = time.perf_counter()
            model.fit(*rows)
            taken.append(time.perf_counter() - began)
        parameters = [float(value) for value in model.params_]
        found[name] = {"seconds": statistics.median(taken), "parameters": parameters}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
