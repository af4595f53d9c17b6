"""Every subject of the bench runs on a small company and puts each figure beside a peer; times are not judged."""

from __future__ import annotations

import re

import pytest

from pipelines.bench import KEPT, OVER, SUBJECTS, USAGE, run_benches

ROW = re.compile(r"^\S.*  [\d,.]+ m?s +\S.* [\d,.]+ m?s +\d+\.\d\d", re.MULTILINE)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_prints_its_figures_beside_a_peer(subject: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_benches([subject], lines=20_000) in (KEPT, OVER)
    printed = capsys.readouterr().out
    assert re.search(rf"^{subject}\s+measured\s+beside\s+ratio\s+limit$", printed, re.MULTILINE), printed
    assert ROW.search(printed), printed


def test_an_unknown_subject_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_benches(["sailing"], lines=20_000) == USAGE
    assert "sailing" in capsys.readouterr().out
