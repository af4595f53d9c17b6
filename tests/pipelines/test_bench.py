"""Every subject of the bench runs on a small company and puts each figure beside a peer; times are not judged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.bench import COVERAGE, FITS, KEPT, OVER, SUBJECTS, USAGE, run_benches
from pipelines.bench.covering import TRIALS

ROW = re.compile(r"^\S.*  [\d,.]+ m?s +\S.* [\d,.]+ m?s +\d+\.\d\d", re.MULTILINE)


def test_every_subject_prints_its_figures_beside_a_peer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_benches([], sizes=[20_000]) in (KEPT, OVER)
    tables = capsys.readouterr().out.split("\n\n")[1:]
    assert [table.split()[0] for table in tables] == list(SUBJECTS)
    for table in tables:
        assert ROW.search(table), table


def test_coverage_tells_for_every_fit_how_often_it_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_benches([COVERAGE], sizes=[1], runs=2) in (KEPT, OVER)
    shown = capsys.readouterr().out
    for trial in TRIALS:
        assert re.search(rf"^{re.escape(trial.name)}: .*% of \d", shown, re.MULTILINE), trial.name


def test_fits_without_their_peer_say_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run_benches([FITS], sizes=[1], peers="") == KEPT
    assert run_benches([FITS], sizes=[1], peers=str(tmp_path)) == KEPT
    without, elsewhere = (line for line in capsys.readouterr().out.splitlines() if "not measured" in line)
    assert "no environment was named" in without
    assert f"{tmp_path} has no lifetimes" in elsewhere


def test_an_unknown_subject_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_benches(["sailing"], sizes=[20_000]) == USAGE
    assert "sailing" in capsys.readouterr().out
