"""Pages that were warmed: whoever looked lately gets every tile of every page from memory."""

from __future__ import annotations

import duckdb
import pytest

from dashboards.app import warming
from dashboards.asker import Asker
from dashboards.fill import frame_of
from dashboards.page import load_pages
from dashboards.view import read_view
from dashboards.web.reader import Numbers
from tests.dashboards.site import reader
from tests.forms.conftest import Site

pytestmark = pytest.mark.xdist_group("board")
BLOCKS = [block for page in load_pages().values() for row in page.rows for block in row]


def test_a_warm_page_asks_nothing(board: Site) -> None:
    numbers: Numbers = board.server.extensions["yingke.numbers"]
    assert numbers.readers.lately() == [None]
    reader(board, "boss").tile("overview", "0-0")
    everything, east = sorted(numbers.readers.lately(), key=lambda scope: scope is not None)
    assert everything is None
    assert east
    snapshot, today = warming(board.server).warm(rest=lambda _: None)
    gone = duckdb.connect()
    gone.close()
    view = read_view("", today)
    for scope in (everything, east):
        deaf = Asker(gone, snapshot, scope, "en", "CNY", numbers.memory)
        assert all(frame_of(block, view, deaf) for block in BLOCKS)
