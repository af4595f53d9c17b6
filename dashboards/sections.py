"""The departments by which the navigation groups pages."""

from dashboards.label import Title

GENERAL = Title("看板", "Dashboards")
