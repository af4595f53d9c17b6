"""The web application, put together: forms and API from the operational side, the numbers' pages mounted beside them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Flask, Response

from dashboards.asker import Memory
from dashboards.block import Block
from dashboards.figure_words import give_words
from dashboards.filling.titles import metrics_of
from dashboards.page import Page, load_pages
from dashboards.warming import Readers, Warming
from dashboards.web import catalogue, export, health_of_data, reports, restated, rows
from dashboards.web.board import mount_board
from dashboards.web.reader import NewestLoad, Numbers, held_notice
from dashboards.words import WORDS, word
from operational.crud.access import Actor, may
from operational.entity import Entity, load_entities
from operational.field import Label
from operational.forms.context import NavigationLink, Yingke, current_language
from operational.forms.failures import failure
from operational.forms.server import create_server
from operational.settings import Settings
from operational.store.session import Store
from warehouse.catalog import load_catalog
from warehouse.connect import NotPublishedError, Warehouse
from warehouse.question import Question

ABOUT_DATA = (
    ("/metrics", "catalogue", "book"),
    ("/reports", "reports", "file-word"),
    ("/health-of-data", "health", "shield-check"),
)


def create_app(settings: Settings, store: Store) -> Flask:
    """The whole application, ready to be served."""
    server = create_server(settings, store)
    warehouse = Warehouse(settings.warehouse_directory)
    server.extensions["yingke.numbers"] = Numbers(warehouse, Memory(), NewestLoad(store), Readers())
    extension: Yingke = server.extensions["yingke"]
    extension.ready_checks["warehouse"] = lambda: _published(warehouse)
    extension.notices.append(held_notice)
    _add_navigation(extension)
    give_words()
    for module in (rows, catalogue, health_of_data, restated, reports, export):
        server.register_blueprint(module.pages)
    mount_board(server)
    server.register_error_handler(NotPublishedError, _not_loaded)
    return server


def warming(server: Flask) -> Warming:
    """What keeps the application's pages warm, once it is started."""
    numbers: Numbers = server.extensions["yingke.numbers"]
    settings = server.extensions["yingke"].settings
    return Warming(
        numbers.warehouse, numbers.memory, numbers.readers, settings.currency,
        today=lambda: datetime.now(settings.zone).date(),
    )  # fmt: skip


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
    """The way to a page, for whoever has a tile on it that is not refused."""
    label = Label(page.title.zh, page.title.en)
    tiles = [_entities_behind(block) for row in page.rows for block in row]
    return NavigationLink(f"/d/{page.name}", label, page.icon, partial(_may_see_one, tiles))


def _may_see_one(tiles: list[list[type[Entity]]], actor: Actor) -> bool:
    return any(all(may(actor, "read", one) for one in tile) for tile in tiles)


def _entities_behind(block: Block) -> list[type[Entity]]:
    """What must be read for the block's figures."""
    catalog, known = load_catalog(), load_entities()
    metrics = (catalog.metric(figure.metric) for figure in Question(metrics=metrics_of(block)).figures())
    tables = {name for metric in metrics for name in catalog.tables_of(metric)} & catalog.tables.keys()
    names = {catalog.tables[name].entity for name in tables}
    return [known[name] for name in names if name is not None]
