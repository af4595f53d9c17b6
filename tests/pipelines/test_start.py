"""What keeps `yingke up` from starting is said in a sentence that names the setting and the remedy."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli import run
from pipelines.commands.context import FAILED
from warehouse.connect import POINTER


def refusal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: Path, **chosen: str
) -> str:
    for name, value in ({"LC_ALL": "C", "YINGKE_PORT": "8050", "YINGKE_DATA": str(data)} | chosen).items():
        monkeypatch.setenv(name, value)
    assert run(["up"]) == FAILED
    said = capsys.readouterr()
    assert not said.out
    return said.err


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"YINGKE_PORT": "99999"}, "The setting YINGKE_PORT is not usable: Input should be less than or equal to 65535."),
        ({"YINGKE_HOST": "192.0.2.1", "YINGKE_PORT": "1"},
         "The address 192.0.2.1:1 cannot be used (Cannot assign requested address); choose another with --host and --port."),
        ({"YINGKE_TIMEZONE": "Mars"},
         "The setting YINGKE_TIMEZONE is not usable: 'Mars' is no time zone; write one such as Asia/Shanghai."),
        ({"YINGKE_CURRENCY": "EURO"},
         "The setting YINGKE_CURRENCY is not usable: 'EURO' is no currency; write three letters such as CNY."),
        ({"YINGKE_REFRESH_CRON": "99 * * * *"},
         ("The setting YINGKE_REFRESH_CRON is not usable: '99 * * * *' is no cron expression; "
          "write its five fields, such as */10 * * * * for every ten minutes.")),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    chosen: dict[str, str], sentence: str,
) -> None:  # fmt: skip
    assert refusal(monkeypatch, capsys, tmp_path / "data", **chosen) == f"{sentence}\n"
    assert not list(tmp_path.iterdir())


def test_a_path_that_duckdb_does_not_take(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = refusal(monkeypatch, capsys, tmp_path / "what?")
    assert said == (
        "The setting YINGKE_DATA is not usable: DuckDB takes no path with a question mark, "
        f"such as {tmp_path}/what?.\n"
    )
    assert not list(tmp_path.iterdir())


def test_a_question_before_the_first_load(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("YINGKE_DATA", str(tmp_path / "data"))
    run(["init"])
    assert run(["ask", "revenue"]) == FAILED
    assert capsys.readouterr().err == "The warehouse has not been loaded yet; run: yingke refresh\n"


def test_a_port_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refusal(monkeypatch, capsys, tmp_path / "data", YINGKE_PORT=port)
    assert said == (
        f"The address 127.0.0.1:{port} cannot be used (Address already in use); "
        "is Yingke running already? Choose another with --port.\n"
    )


def test_places_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    said = refusal(monkeypatch, capsys, tmp_path / "file" / "data", YINGKE_PORT=free_port())
    assert said == (
        f"The data directory {tmp_path}/file/data cannot be made (Not a directory); name another with --data.\n"
    )
    key = f"{tmp_path}/file/key"
    said = refusal(monkeypatch, capsys, tmp_path / "data", YINGKE_PORT=free_port(), YINGKE_KEY_FILE=key)
    assert said == (
        f"The key file {key} cannot be read or made: Not a directory; check the rights there, "
        "or name another place with YINGKE_KEY_FILE.\n"
    )


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_the_logins_are_told_before_anything_can_go_wrong(tmp_path: Path) -> None:
    (tmp_path / "waitress.py").write_text("raise OSError('no server here')", encoding="utf-8")
    data = tmp_path / "data"
    start = [sys.executable, "-m", "pipelines.cli", "up"]
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path), "YINGKE_PORT": free_port(), "YINGKE_DATA": str(data)
    }  # fmt: skip
    with subprocess.Popen(start, env=environment, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        told = []
        for line in killed.stdout:
            told.append(line)
            if line.startswith("These passwords are shown once"):
                break
        killed.kill()
    assert any(line.startswith("admin (admin): ") for line in told)
    assert not (data / "warehouse" / POINTER).exists()
    said = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == FAILED
    assert not said.stdout
    assert "no server here" in said.stderr
    assert said.stderr.endswith(
        "The web application did not answer; what it wrote above says why. Then start again.\n"
    )
