"""Real Word documents, with native charts, from plain dataclasses: see `document.Document` and `chart.Chart`.

Metrics, pages, languages beyond the document's own words, and the warehouse do not belong here.
"""
