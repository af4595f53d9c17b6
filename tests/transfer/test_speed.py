"""Order lines come in with all checks at the promised speed; the bench does the same with half a million."""

import csv
import random
import time
from pathlib import Path

import pytest

from tests.transfer.desk import Desk

HEADER = "number,customer,ordered_on,state,lines.item,lines.quantity,lines.unit_price,lines.discount_pct"
PROMISED = 10_000  # lines a second, on SQLite


def orders(path: Path, lines: int) -> Path:
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER.split(","))
        for number in range(lines):
            order = number // 3
            writer.writerow([f"SO{order:07d}", f"C{order % 5000:05d}", f"2024-{order % 12 + 1:02d}-{order % 28 + 1:02d}", "closed",
                             f"P{chance.randrange(800):04d}", chance.randrange(1, 50), f"{chance.randrange(100, 100000) / 100:.2f}",
                             chance.choice(["", "5", "10"])])  # fmt: skip
    return path


@pytest.mark.parametrize("lines", [25_000])
def test_lines_come_in_at_the_promised_speed(quick_desk: Desk, tmp_path, lines):
    path = orders(tmp_path / "orders.csv", lines)
    quick_desk.load("customer", "code,name\n")  # what is imported once per process is not what is measured
    began = time.process_time()
    result = quick_desk.load("order", path, history=True, create_missing=True)
    speed = lines / (time.process_time() - began)
    print(
        f"{lines} order lines: {speed:.0f} a second of processor time, {lines / result.seconds:.0f} by the clock"
    )
    assert result.loaded == lines
    assert speed > PROMISED
