"""The logins of the demonstration company: one person for each part that a newcomer may want to play.

The people are made in organisation.py; their codes tell what they do.
"""

from __future__ import annotations

from operational.demo.words.places import AREAS
from operational.store import passwords, users
from operational.store.session import Store

_AREA = AREAS[0].code

# Login, role, organisation unit, person. The clerk, those who approve and those who serve belong to one branch.
LOGINS = (
    ("clerk", "sales", _AREA, f"{_AREA}-1001"),
    ("manager", "branch_manager", _AREA, f"{_AREA}-001"),
    ("sales-manager", "sales_manager", _AREA, f"{_AREA}-002"),
    ("service", "service", _AREA, f"{_AREA}-2001"),
    ("service-manager", "service_manager", _AREA, f"{_AREA}-003"),
    ("warehouse", "warehouse", _AREA, f"{_AREA}-004"),
    ("finance", "finance", _AREA, f"{_AREA}-005"),
    ("marketing", "marketing_manager", "HQ", "HQ-005"),
    ("analyst", "analyst", "HQ", "HQ-002"),
    ("executive", "executive", "HQ", "HQ-001"),
    ("admin", "admin", "HQ", "HQ-003"),
)


def make_logins(store: Store) -> list[tuple[str, str, str]]:
    """Make them, each with a random password of its own that need not be changed: (login, role, password).

    Raises UserRefused where a login exists already or the company has not been made.
    """
    made = []
    for login, role, unit, person in LOGINS:
        password = passwords.one_time_password()
        users.add_user(store, login, role=role, org_unit=unit, person=person, password=password)
        made.append((login, role, password))
    return made
