"""kill -9 once at every named step of import, refresh and publish."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from operational.transfer.import_file import STEPS
from tests.kill.ground import Ground, after_import, after_refresh, prepare, start, watched

REFRESH = (
    "extract", "extract order_line", "stage", "model", "model core.fct_order_line", "check", "publish", "copy",
    "publish: checkpoint", "publish: copy", "publish: rename", "publish: point", "publish: pointed", "feed_back",
)  # fmt: skip


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return prepare(tmp_path_factory.mktemp("ground"))


@pytest.fixture
def data(ground: Ground, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ground.data, tmp_path / "data"))


@pytest.mark.parametrize("step", REFRESH)
def test_a_refresh_killed_at_a_step(ground: Ground, data: Path, step: str) -> None:
    with watched(ground, data):
        assert start(data, "refresh", step).wait(120) == -signal.SIGKILL
    after_refresh(ground, data)


@pytest.mark.parametrize("step", ["extract", "model core.fct_order", "publish: point"])
def test_a_rebuild_killed_at_a_step(ground: Ground, data: Path, step: str) -> None:
    with watched(ground, data):
        assert start(data, "rebuild", step).wait(120) == -signal.SIGKILL
    after_refresh(ground, data)


@pytest.mark.parametrize("step", STEPS)
def test_an_import_killed_at_a_step(data: Path, step: str) -> None:
    assert start(data, "import", step).wait(120) == -signal.SIGKILL
    after_import(data)
