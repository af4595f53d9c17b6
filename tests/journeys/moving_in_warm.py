"""A program that runs command lines of `yingke`, one after the other, without starting anew for each.

It reads one JSON object a line (`arguments`, `environment`) and answers with one (`code`, `out`, `err`). Every line
goes through the same `run` that the installed command calls; only the interpreter and its imports stay.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever is printed past sys.stdout must not look like an answer
    from pipelines.cli import run

    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.update(asked["environment"])
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(asked["arguments"])
        answers.write(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
