"""The pages of the numbers on the web: dashboards by Dash, and beside them rows, catalogue, health and reports."""
