"""The search palette: records of every kind that the person may read, by key or title, and pages to go to.

How one kind is searched is crud/lookup.py.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from operational.crud.access import Actor, may
from operational.crud.lookup import lookup
from operational.forms.address import record_address
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.routing import entities_with_pages
from operational.forms.shell import shown_sections
from operational.forms.words import word

pages = Blueprint("palette", __name__)

EACH = 5  # records of one kind: more would push the other kinds off the screen


@pages.get("/search")
def search() -> Response:
    """Groups of hits: `[{label, hits: [{address, icon, text, note}]}]`; places first, then kinds of records."""
    text = request.args.get("q", "").strip()[:200]
    language, actor = current_language(), current_actor()
    places = _pages(text, language) + (_new_records(actor, text, language) if len(text) > 1 else [])
    groups = [{"label": word("js_pages", language), "hits": places}]
    if text:
        with yingke().store.reading() as session:
            for cls in entities_with_pages():
                if cls.__entity__.history_only or not may(actor, "read", cls):
                    continue
                spec = cls.__entity__
                hits = [
                    {
                        "address": record_address(cls.__tablename__, one.key),
                        "icon": spec.icon,
                        "text": one.called(language),
                        "note": one.key if one.key != one.title else "",
                    }
                    for one in lookup(session, actor, cls, text, EACH)
                ]
                groups.append({"label": (spec.plural or spec.label)(language), "hits": hits})
    return jsonify([group for group in groups if group["hits"]])


def _new_records(actor: Actor, text: str, language: str) -> list[dict[str, str]]:
    """The empty forms that the person may fill, by the names of their buttons: 新建订单, New order."""
    wanted, found = text.casefold(), []
    for cls in entities_with_pages():
        name = cls.__entity__.label
        offered = {one: word("new_title", one, name=name(one).lower()) for one in ("zh", "en")}
        if cls.__entity__.history_only or not may(actor, "create", cls):
            continue
        if wanted in " ".join(offered.values()).casefold():
            address = f"/o/{cls.__tablename__}/new"
            found.append({"address": address, "icon": "plus", "text": offered[language], "note": ""})
    return found[:EACH]


def _pages(text: str, language: str) -> list[dict[str, str]]:
    wanted = text.casefold()
    found = [
        {
            "address": link.address,
            "icon": link.icon,
            "text": link.label(language),
            "note": section.label(language),
        }
        for section in shown_sections()
        for link in section.links
        if wanted in f"{link.label.zh} {link.label.en}".casefold()
    ]
    return found if not text else found[:EACH]
