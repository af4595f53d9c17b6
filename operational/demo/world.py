"""What every maker of records looks at: the company's size, calendar, chance, people, items and customers.

It is made once and never changes; what happens in it is made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from operational.demo.anomalies import Anomalies, plan
from operational.demo.calendar import Calendar, Ints
from operational.demo.catalogue import Catalogue, make_catalogue
from operational.demo.customers import Customers, make_customers
from operational.demo.dice import Dice
from operational.demo.loading import Loader
from operational.demo.organisation import Organisation, make_organisation
from operational.demo.size import Size
from operational.demo.terms import load_terms


@dataclass(frozen=True)
class World:
    """The company before anything happens. Areas, items, people and customers are named by their places in it."""

    size: Size
    dice: Dice
    calendar: Calendar
    loader: Loader
    anomalies: Anomalies
    organisation: Organisation
    catalogue: Catalogue
    customers: Customers

    @property
    def since(self) -> int:
        """The day on which the books of shipments, stock and money begin."""
        return 0 if self.size.books_days is None else self.calendar.days - self.size.books_days

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self.catalogue.codes)

    def area_of(self, customer: Ints) -> Ints:
        """The areas of customers, which are also the places of their depots."""
        return self.customers.area[customer]

    def people_named(self, duty: str, customer: Ints) -> Any:
        """Names of those in the customers' branches whose code ends so, such as 002 for the head of sales."""
        codes = [person.code for person in self.organisation.people]
        areas = [
            codes.index(f"{self.organisation.unit_codes[branch]}-{duty}")
            for branch in self.organisation.branch
        ]
        return np.array(self.organisation.person_names)[np.array(areas)[self.area_of(customer)]]


def make_world(size: Size, seed: int, calendar: Calendar, loader: Loader) -> World:
    """Make and write terms, organisation, items and customers."""
    dice = Dice(size, seed)
    load_terms(loader)
    organisation = make_organisation(dice.of("organisation"), size, loader)
    catalogue = make_catalogue(loader)
    customers = make_customers(dice.of("customers"), size, calendar, organisation, loader)
    return World(size, dice, calendar, loader, plan(calendar), organisation, catalogue, customers)
