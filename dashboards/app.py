"""The web application, put together: forms and API from the operational side, the numbers' pages mounted beside them."""

from __future__ import annotations

from flask import Flask, Response

from dashboards.asker import Memory
from dashboards.page import Page, load_pages
from dashboards.web import catalogue, export, health_of_data, reports, restated, rows
from dashboards.web.board import mount_board
from dashboards.web.reader import NewestLoad, Numbers, held_notice
from dashboards.words import WORDS, word
from operational.field import Label
from operational.forms.context import NavigationLink, Yingke, current_language
from operational.forms.failures import failure
from operational.forms.server import create_server
from operational.settings import Settings
from operational.store.session import Store
from warehouse.connect import NotPublishedError, Warehouse

ABOUT_DATA = (
    ("/metrics", "catalogue", "book"),
    ("/reports", "reports", "file-word"),
    ("/health-of-data", "health", "shield-check"),
)


def create_app(settings: Settings, store: Store) -> Flask:
    """The whole application, ready to be served."""
    server = create_server(settings, store)
    warehouse = Warehouse(settings.warehouse_directory)
    server.extensions["yingke.numbers"] = Numbers(warehouse, Memory(), NewestLoad(store))
    extension: Yingke = server.extensions["yingke"]
    extension.ready_checks["warehouse"] = lambda: _published(warehouse)
    extension.notices.append(held_notice)
    _add_navigation(extension)
    for module in (rows, catalogue, health_of_data, restated, reports, export):
        server.register_blueprint(module.pages)
    mount_board(server)
    server.register_error_handler(NotPublishedError, _not_loaded)
    return server


def _not_loaded(problem: NotPublishedError) -> Response:
    language = current_language()
    return failure(503, word("not_loaded", language), word("not_loaded_help", language))


def _published(warehouse: Warehouse) -> Label | None:
    try:
        warehouse.cursor()
    except NotPublishedError:
        return Label("数据仓库尚未发布。", "The warehouse has not been published yet.")
    return None


def _add_navigation(extension: Yingke) -> None:
    for page in load_pages().values():
        section = extension.section(
            f"dashboards {page.section.en}", Label(page.section.zh, page.section.en), 10
        )
        section.links.append(_link(page))
    about = extension.section("about data", Label("数据", "Data"), 90)
    for address, name, icon in ABOUT_DATA:
        about.links.append(NavigationLink(address, Label(WORDS[name].zh, WORDS[name].en), icon))


def _link(page: Page) -> NavigationLink:
    return NavigationLink(f"/d/{page.name}", Label(page.title.zh, page.title.en), page.icon)
