"""What is known about each real company: published totals, and what independent programs computed from its files.

Sources: the published totals beside the data, and its reference_numbers.json by the ids named here. A figure is
given to the digits that were published. How it is asked and compared stands in the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figures:
    """One question without dimensions: the figure of each metric, and the options it is asked with."""

    figures: dict[str, str]
    options: str = ""


@dataclass(frozen=True)
class Groups:
    """One metric by dimensions, whose values are joined by a blank: every group that there is, if `whole`."""

    metric: str
    by: str
    figures: dict[str, str]
    options: str = ""
    whole: bool = True


@dataclass(frozen=True)
class Fit:
    """A fitted model: parameters, `log_likelihood`, `n`, and standard errors as `se_` and the parameter's name."""

    model: str
    figures: dict[str, str]
    options: str = ""


Saying = Figures | Groups | Fit


@dataclass(frozen=True)
class Known:
    """A company: its block of the guide, rows that are refused per file name, and what its data says."""

    block: str
    says: tuple[Saying, ...]
    refused: dict[str, int] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"


_UCI = (
    # uci.counts, uci.reopen, uci.resolve_time, uci.close_time
    Figures({"requests_opened": "24918", "requests_closed": "24918", "requests_resolved": "23362",
             "reopen_rate": "0.011036198731840436", "resolution_hours:p50": "22.1", "resolution_hours:p90": "381.548",
             "resolution_hours:mean": "178.172", "closing_hours:p50": "145.866667", "closing_hours:p90": "532.466667",
             "closing_hours:p95": "867.12", "closing_hours:mean": "315.329", "recorded_sla_kept": "15803",
             "recorded_sla_missed": "9115"}),
    # uci.backlog: 3353 at the start of April, and what came and went makes 2961 at its end
    Figures({"requests_unclosed": "3353"}, "--to 2016-04-01"),
    Figures({"requests_opened": "7934", "requests_closed": "8326"}, "--from 2016-04-01 --to 2016-05-01"),
    Figures({"requests_unclosed": "2961"}, "--to 2016-05-01"),
    # uci.km.snapshot: what was closed by then, and with the open ones counted
    Figures({"closing_hours:p50": "248.60", "closing_hours:p90": "488.23", "closing_hours:km_p50": "337.58",
             "closing_hours:km_p90": "586.48"}, "--as-of 2016-04-01"),
    # metrics.md S4: the same April by the day of closing
    Figures({"closing_hours:p50": "126.3", "closing_hours:p90": "440.1"}, "--from 2016-04-01 --to 2016-05-01"),
)  # fmt: skip

# cdnow.bgnbd.*, cdnow.paretonbd.*, cdnow.gammagamma: 39 weeks of the 1/10 sample
_CDNOW_SAMPLE = (
    Figures({"orders": "6919", "gross_revenue": "244091.94", "buying_customers": "2357"}),
    Fit("bg_nbd", {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426", "log_likelihood": "-9582.4",
                   "n": "2357"}, "--as-of 1997-10-01"),
)  # fmt: skip

COMPANIES: dict[str, Known] = {
    "adventureworks": Known("adventureworks_sales/regions", (
        Figures({"gross_revenue": "24914737.25", "returns_amount": "765277.84", "revenue": "24149459.41",
                 "orders": "25164", "units_sold": "84181", "units_returned": "1828",
                 "cost_of_sales": "14456927.65"}),  # the published profit of 10,457,809.60 knows no returns
    )),
    "adventureworks_soiled": Known("adventureworks_sales/items_dirty", (
        Figures({"orders": "25163", "units_returned": "1822"}),
    ), refused={"dirty_AdventureWorks_Sales_2016.csv.gz": 3, "dirty_AdventureWorks_Returns.csv": 6}),
    "adventureworks_plant": Known("adventureworks/plant", (
        Figures({"on_hand": "335974", "below_safety_items": "69", "below_reorder_items": "7"}),
        Groups("rows_loaded", "entity", {"stock_policy": "432", "inbound": "4012", "inbound_line": "8845"}, whole=False),
        Groups("on_hand", "lot", {"location 1": "72899", "location 50": "95477", "location 4": "110"}, whole=False),
    )),
    "northwind": Known("northwind/persons", (
        Figures({"gross_revenue": "1265793.04", "revenue": "1265793.04", "orders": "830", "invoiced": "64942.69"}),
    )),
    "uci_incidents": Known("uci_incident_log/incidents", (
        *_UCI,
        # uci.first_update: the four that came before the opening are left out
        Figures({"first_response_hours:p50": "0.483", "first_response_hours:p90": "120.383",
                 "first_response_hours:n": "24914"}),
    )),
    "uci_event_log": Known("uci_incident_log/event_log", _UCI),
    "classicmodels": Known("classicmodels/org_units", (
        Figures({"gross_revenue": "9604190.61", "orders": "326", "collected": "8853839.23"}),
    )),
    "valve_seats": Known("valve_seat/units", (
        # valveseat.rate_forecast
        Figures({"replacements": "48", "mtbr_days": "528.3958333", "replacement_rate": "0.6912431494696999",
                 "replacement_rate:lo95": "0.5097", "replacement_rate:hi95": "0.9165",
                 "days_between_replacements:mean": "221.6", "expected_replacements@days=30": "3.278",
                 "sufficient_spares@days=180;error=left_out": "28"}, "--as-of 2002-02-01"),
        # valveseat.mcf, as published
        Figures({f"mean_cumulative_replacements@age={age}{limit}": value
                 for age, mean, error in (("139", "0.22", "0.073"), ("621", "1.119", "0.208"), ("653", "1.543", "0.312"))
                 for limit, value in (("", mean), (":se", error))}, "--as-of 2002-02-01"),
        # valveseat.plp
        Fit("power_law", {"shape": "1.3996", "scale": "553.64", "se_shape": "0.2005", "n": "41"}, "--as-of 2002-02-01"),
    )),
    # nyc311.km, nyc311.2019
    "new_york_2022": Known("nyc311/requests_2022", (
        Figures({"requests_opened": "924", "requests_resolved": "480"}),
    ), timezone="America/New_York"),
    "new_york_2019": Known("nyc311/requests_2019", (
        Figures({"requests_opened": "1000", "requests_open": "2", "resolution_hours:p50": "5.902"}),
    ), timezone="America/New_York"),
    "fans": Known("reliability/fan_units", (
        # genfan.weibull
        Fit("weibull", {"scale": "26296.8", "shape": "1.0584", "n": "70"}),
        Figures({"replacements": "12"}),
    )),
    "shock_absorbers": Known("reliability/shock_absorber_units", (
        # shockabsorber.weibull
        Fit("weibull", {"scale": "27718.7", "shape": "3.16047", "n": "38"}),
    )),
    "life_tests": Known("reliability/submarine_engine", (
        # halfbeak.plp; a ten-thousandth of a thousand hours is a day
        Fit("power_law", {"shape": "2.76031", "n": "1"}, "--where model.code=HALFBEAK"),
        # lzbearing.weibull; a hundredth of a million revolutions is a day
        Fit("weibull", {"shape": "2.101847", "scale": "8187.46", "n": "23"}, "--where model.code=BEARING"),
        # ifluid.weibull; a hundredth of a minute is a day
        Fit("weibull", {"shape": "0.54519", "scale": "95574.665", "se_shape": "0.28568", "n": "3"},
            "--where model.code=FLUID-26.0"),
    )),
    "cdnow_sample": Known("cdnow/sample_customers", (
        *_CDNOW_SAMPLE,
        Fit("pareto_nbd", {"r": "0.553", "alpha": "10.578", "s": "0.606", "beta": "11.669",
                           "log_likelihood": "-9595.0"}, "--as-of 1997-10-01"),
        Fit("gamma_gamma", {"p": "6.25", "q": "3.74", "gamma": "15.44", "log_likelihood": "-4055.9177", "n": "946"},
            "--as-of 1997-10-01"),
        # cdnow.bgnbd.cust1516, cdnow.pnbd.cust1516: the sample's customer 1516 is 15562 of the full cohort
        Groups("alive_probability@model=bg_nbd", "customer.code", {"15562": "0.9689"}, "--as-of 1997-10-01", whole=False),
        Groups("alive_probability", "customer.code", {"15562": "0.9979"}, "--as-of 1997-10-01", whole=False),
    )),
    "cdnow_sample_text": Known("cdnow/sample_text_orders", _CDNOW_SAMPLE),
    "cdnow": Known("cdnow/customers", (
        # cdnow.master, cdnow.master.concentration
        Figures({"orders": "69659", "gross_revenue": "2500315.63", "units_sold": "167881", "buying_customers": "23570",
                 "repeat_rate": "0.48859", "gini": "0.6345711846", "top_share@p=0.01": "0.1588"}),
        Groups("gross_revenue", "", {"1997-01-01": "299060.17", "1997-02-01": "379590.03", "1997-03-01": "393155.27"},
               "--grain month --to 1997-04-01"),
        Groups("new_customers", "", {"1997-01-01": "7846", "1997-02-01": "8476", "1997-03-01": "7248"},
               "--grain month"),
        # cdnow.master.lifecycle: metrics.md C6
        Figures({"new_customers": "0"}, "--from 1998-04-02 --to 1998-07-01"),
        Figures({"active_customers": "3301", "lapsed_customers": "20269", "lapsed_customers@days=180": "18210"},
                "--as-of 1998-07-01"),
        # cdnow.master.cohort: the months of the first half year after the first orders
        Groups("retention", "cohort,age",
               {f"{cohort} {age}": share
                for cohort, shares in (("1997-01", ("1.0000", "0.1475", "0.1229", "0.1032")),
                                       ("1997-02", ("1.0000", "0.1548", "0.1156", "0.0924")),
                                       ("1997-03", ("1.0000", "0.1424", "0.1038", "0.1043")))
                for age, share in enumerate(shares)},
               whole=False),
    )),
    # groceries.summary
    "groceries": Known("groceries/orders", (
        Figures({"orders": "9835", "units_sold": "43367"}),
        Groups("orders", "item", {"whole milk": "2513", "other vegetables": "1903", "rolls/buns": "1809"}, whole=False),
    )),
    "superstore": Known("superstore/customers", (
        Figures({"gross_revenue": "2297200.86", "orders": "5009", "units_sold": "37873", "buying_customers": "793",
                 "gross_margin": "286397.02", "lines_without_cost": "0"}),
    )),
    "oracle_co": Known("oracle_co/depots", (
        # all orders are 308,598.53; 35 were cancelled (5,702.77) and 23 refunded (3,006.14)
        Figures({"gross_revenue": "299889.62", "orders": "1892", "on_hand": "3510"}),
    )),
    "oracle_oe": Known("oracle_oe/depots", (
        Figures({"gross_revenue": "3668054.70", "orders": "105", "on_hand": "119512"}),
        Groups("on_hand", "depot", {
            "Beijing": "13482", "Bombay": "7357", "Mexico City": "9039", "New Jersey": "7252",
            "San Francisco": "28613", "Seattle, Washington": "14860", "Southlake, Texas": "5483", "Sydney": "20457",
            "Toronto": "12969"}),
    ), refused={"customers.csv": 1}),  # customer 929 stands in a torn row
    "crm": Known("crm_opportunities/persons", (
        Figures({"won_value": "10005534", "opportunities_won": "4238", "win_rate": "0.6315"}),
        Groups("opportunities_open", "stage", {"negotiating": "1589", "prospecting": "500"}),
    )),
    "helpdesk": Known("helpdesk_it/requests_opened", (
        # helpdesk: 3.928, 26.127 and 8.798 days
        Figures({"requests_opened": "3804", "requests_resolved": "3804", "resolution_hours:p50": "94.27",
                 "resolution_hours:p90": "627.04", "resolution_hours:mean": "211.16"}),
    )),
    "comcast": Known("comcast_complaints/complaints", (
        Groups("complaints", "state", {"closed": "734", "resolved": "973", "received": "363", "investigating": "154"}),
        Figures({"complaints": "1046"}, "--from 2015-06-01 --to 2015-07-01"),
    ), timezone="America/New_York"),  # the complaints' own, which their days are counted in
    "carparts": Known("carparts/items", (Figures({"units_sold": "66194", "demand": "66194"}),)),
    "raf": Known("spare_parts/items", (Figures({"units_sold": "605764", "demand@source=orders": "605764"}),)),
    "ibm_receivables": Known("ibm_receivables/invoices", (
        # every invoice was settled; sums, means and quantiles of the file's own columns, taken by DuckDB
        Figures({"invoiced": "155658.78", "collected": "155658.78", "outstanding": "0.00",
                 "days_to_settle:n": "2586", "days_to_settle:mean": "26.6597061098", "days_to_settle:p50": "26.0",
                 "days_to_settle:p90": "44.0", "late_share": "0.3642691415"}),
    )),
}  # fmt: skip
