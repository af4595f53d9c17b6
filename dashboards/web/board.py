"""The dashboards themselves: Dash inside the common shell, one callback for a page's tiles and one for each tile.

The whole view stands in the address; the bar that changes it is plain HTML, so that it works before any script.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

import dash
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.exceptions import DependencyException
from flask import Flask, abort, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from dashboards.fill import frame_of, to_show
from dashboards.filling.titles import metrics_of
from dashboards.page import Page, load_pages
from dashboards.render.screen import Setting, tile
from dashboards.value_names import value_name
from dashboards.view import COMPARISONS, PRESETS, ViewRefused, read_view
from dashboards.web.reader import business_today, current_asker, current_scope, freshness
from dashboards.words import word
from operational.forms.context import current_language, yingke
from operational.forms.failures import failure
from operational.forms.shell import shell
from warehouse.catalog import load_catalog
from warehouse.connect import NotPublishedError

PREFIX = "/d/"
LOADING = "Loading..."  # what Dash shows until it draws: our own empty tiles stand there instead
log = logging.getLogger(__name__)


class Board(Dash):
    """Dash whose pages are drawn inside the shell that forms have too."""

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # Dash passes them all by name
        """The page of the address: its head and filter bar from the server, its tiles from Dash."""
        page = load_pages().get(request.path.removeprefix(PREFIX).strip("/"))
        if page is None:
            abort(404)
        language = current_language()
        self._allow_inline_scripts()
        waiting = render_template("waiting.html", rows=to_show(page.rows, current_scope()))
        entry = Markup(parts["app_entry"].replace(LOADING, waiting))  # noqa: S704  # Dash's own markup
        body = render_template("board.html", page=page, app_entry=entry, **_bar(page, language))
        head = Markup(parts["css"])  # noqa: S704  # Dash's own markup
        foot = Markup(parts["config"] + parts["scripts"] + parts["renderer"])  # noqa: S704  # Dash's own markup
        return shell(page.title(language), Markup(body), head=head, foot=foot)  # noqa: S704  # escaped by the template

    def _allow_inline_scripts(self) -> None:
        """Name Dash's own inline scripts in the content security policy; it adds one at its first request."""
        allowed = yingke().script_hashes
        allowed.extend(one for one in self.csp_hashes() if one not in allowed)


def mount_board(server: Flask) -> Board:
    """Put the dashboards on the server under /d/."""
    # plotly's JSON looks whether pandas is there: one thread's half-finished import would fail another's answer
    import pandas  # noqa: F401  # imported for that alone

    board = Board(
        "dashboards", server=server,  # type: ignore[arg-type]  # a Flask server is what Dash documents
        routes_pathname_prefix=PREFIX, requests_pathname_prefix=PREFIX,
        pages_folder="", assets_folder="assets", serve_locally=True, update_title="", enable_mcp=False,
        suppress_callback_exceptions=True, compress=False, add_log_handler=False,
    )  # fmt: skip
    board.layout = html.Div(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="scheme"),
            html.Div(id="tiles", className="tiles"),
            html.Div(id="followed", hidden=True),
        ]
    )
    board.callback(Output("tiles", "children"), Input("address", "pathname"))(_places)
    board.callback(
        Output({"type": "tile", "at": MATCH}, "children"),
        Input("address", "search"),
        State("address", "pathname"),
        State({"type": "tile", "at": MATCH}, "id"),
    )(_filled)
    board.clientside_callback(
        ClientsideFunction("yingke", "paint"),
        Output({"type": "graph", "at": MATCH}, "figure"),
        Input({"type": "figure", "at": MATCH}, "data"),
        Input("scheme", "data"),
    )
    board.clientside_callback(
        ClientsideFunction("yingke", "follow"),
        Output({"type": "graph", "at": MATCH}, "clickData"),
        Input({"type": "graph", "at": MATCH}, "clickData"),
        prevent_initial_call=True,
    )
    called = f"{PREFIX}_dash-update-component"
    server.view_functions[called] = _refusing_nonsense(server.view_functions[called])
    server.register_error_handler(
        DependencyException, lambda _: failure(404, word("no_data", current_language()))
    )
    return board


def _refusing_nonsense(view: Callable[..., Any]) -> Callable[..., Any]:
    """Dash's answer to a callback; a request that no page of ours sends is refused, it is no failure of ours.

    What goes wrong in a tile is told in the tile, so whatever comes out here is about the request itself.
    """

    @functools.wraps(view)
    def answered(*given: Any, **named: Any) -> Any:
        try:
            return view(*given, **named)
        except HTTPException:
            raise
        except Exception as problem:
            log.warning("a callback that cannot be read: %s", type(problem).__name__)
            abort(400)

    return answered


def _places(pathname: str | None) -> Any:
    """Empty tiles where the page's blocks will stand; each fills itself, so that a slow one holds up no other.

    What the reader's role may not be told has none.
    """
    page = _page(pathname)
    if page is None:
        return []
    return [
        html.Div(
            html.Div(className="tile card waiting"),
            id={"type": "tile", "at": f"{down}-{across}"},
            className=f"span-{block.width}",
        )
        for down, row in enumerate(to_show(page.rows, current_scope()))
        for across, block in row
    ]


def _filled(search: str | None, pathname: str | None, place: Any) -> Any:
    """One tile under the view of the address."""
    language = current_language()
    try:
        page = _page(pathname)
        block = page.block(str(place["at"]))  # type: ignore[union-attr]  # refused below like any other tampering
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return dash.no_update
    try:
        view = read_view(search or "", business_today())
        frame = frame_of(block, view, current_asker())
        setting = Setting(
            at=place["at"], address=f"{PREFIX}{page.name}/{place['at']}",  # type: ignore[union-attr]  # as above
            query=f"?{view.query()}" if view.query() else "", fresh=freshness(language).line, language=language,
            currency=yingke().settings.currency,
        )  # fmt: skip
        return tile(frame, setting)
    except NotPublishedError:
        return html.Section(html.P(word("not_loaded", language), className="quiet"), className="tile card")
    except ViewRefused:
        return html.Section(html.P(word("no_data", language), className="quiet"), className="tile card")
    except Exception:
        log.exception("tile %s of %s", place, pathname)
        return html.Section(
            html.P(word("figure_missing", language), className="message bad"), className="tile card"
        )


def _page(pathname: str | None) -> Page | None:
    return load_pages().get(str(pathname or "").removeprefix(PREFIX).strip("/"))


def _called(dimension: str, value: str) -> str:
    """What the reader calls a value of a filter; itself while nothing is published that could know."""
    try:
        return value_name(dimension, value, current_asker())
    except NotPublishedError:
        return value


def _bar(page: Page, language: str) -> dict[str, Any]:
    """What the page's head and filter bar show."""
    try:
        view = read_view(request.query_string.decode(), business_today())
    except ViewRefused:
        view = read_view("", business_today())
    catalog = load_catalog()
    chosen = (text.partition("=")[0].removesuffix("!") for text in view.where)
    filters = [
        {
            "name": name, "label": catalog.dimension(name.rpartition(".")[2]).label(language),
            "values": [(value, _called(name, value)) for value in view.values(name)],
        }
        for name in dict.fromkeys((*page.filters, *chosen))
        if name.rpartition(".")[2] in catalog.dimensions
    ]  # fmt: skip
    shown = to_show(page.rows, current_scope())
    first = next((name for row in shown for _, block in row for name in metrics_of(block)), "")
    return {
        "view": view, "presets": PRESETS, "comparisons": COMPARISONS, "filters": filters, "first_metric": first,
        "fresh": freshness(), "w": lambda name, **values: word(name, language, **values), "query": view.query(),
    }  # fmt: skip
