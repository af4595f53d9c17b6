"""Customer value: how each reference entry about purchases and baskets is met.

CDNOW and the groceries come from companies that moved in; formulas take the parameters fitted there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.journeys.moving_in_company import Company
from tests.reference.ground import Check, Ground, values
from warehouse.science import bg_nbd, pareto_nbd
from warehouse.science.lifetime_value import DAYS_PER_MONTH

HISTORY, HOLDOUT = "--as-of 1997-10-01", "--as-of 1998-07-01"  # 39 weeks each


def sample(ground: Ground) -> Company:
    return ground.company("cdnow_sample")


def each(company: Company, figure: str, options: str) -> dict[str, float]:
    """A figure of every customer."""
    return values(company.ask(figure, f"--by customer.code {options}"), "customer.code", figure)


def orders_in(weeks: float, model: str) -> str:
    return f"expected_orders@model={model};months={weeks * 7 / DAYS_PER_MONTH!r}"


def parameters(ground: Ground, model: str) -> dict[str, float]:
    return dict(sample(ground).model(model, HISTORY)["parameters"])


def log_likelihood(ground: Ground, model: str) -> float:
    return float(sample(ground).model(model, HISTORY)["log_likelihood"])


def sample_counts(ground: Ground) -> dict[str, Any]:
    (whole,) = sample(ground).ask("orders,buying_customers,gross_revenue")
    days, days_before = (each(sample(ground), "frequency", span) for span in (HOLDOUT, HISTORY))
    return {
        "transactions": whole["orders"],
        "customers": whole["buying_customers"],
        "revenue": whole["gross_revenue"],
        "merged": sum(days.values()),
        "sum_x": sum(days_before.values()) - len(days_before),
        "sum_xstar": sum(days.values()) - sum(days_before.values()),
    }


def spending(ground: Ground) -> dict[str, Any]:
    fit = sample(ground).model("gamma_gamma", HISTORY)
    value, days = (each(sample(ground), name, HISTORY) for name in ("expected_order_value", "frequency"))
    (of_one_time_buyers,) = {value[customer] for customer, seen in days.items() if seen == 1}
    return {**fit["parameters"], "LL": fit["log_likelihood"], "EM": of_one_time_buyers}


def of_sample(ground: Ground, number: int) -> str:
    """The code of a customer of the sample: his number in the full cohort."""
    purchases = ground.data.rows("cdnow/cdnowElog_BTYD.csv.gz")
    return next(row["masterid"] for row in purchases if row["sampleid"] == str(number))


def first_ten(ground: Ground, figure: str) -> list[float]:
    found = each(sample(ground), figure, HISTORY)
    return [found[of_sample(ground, number)] for number in range(1, 11)]


def customer_1516(ground: Ground, name: str) -> dict[str, Any]:
    model = {"bg_nbd": bg_nbd, "pareto_nbd": pareto_nbd}[name]
    expected, alive = orders_in(52, name), f"alive_probability@model={name}"
    code = of_sample(ground, 1516)
    return {
        "E": each(sample(ground), expected, HISTORY)[code],
        "palive": each(sample(ground), alive, HISTORY)[code],
        "EX52": float(model.expected_orders(parameters(ground, name), 52)),
    }


def frequency_paradox(ground: Ground) -> dict[str, Any]:
    x = np.array([10, 15, 20, 25])
    return {
        "pnbd": pareto_nbd.expected_orders(parameters(ground, "pareto_nbd"), 52, x, 20, 39),
        "bgnbd": bg_nbd.expected_orders(parameters(ground, "bg_nbd"), 52, x, 20, 39),
    }


def holdout(ground: Ground) -> dict[str, np.ndarray]:
    """Per customer of the sample: repeat days of 39 weeks, days of the next 39, and both forecasts of them."""
    days, days_before = (each(sample(ground), "frequency", span) for span in (HOLDOUT, HISTORY))
    forecasts = {
        name: each(sample(ground), orders_in(39, model), HISTORY)
        for name, model in (("pnbd", "pareto_nbd"), ("bgnbd", "bg_nbd"))
    }
    return {
        "x": np.array([days_before[one] - 1 for one in days]),
        "actual": np.array([days[one] - days_before[one] for one in days]),
        **{name: np.array([found[one] for one in days]) for name, found in forecasts.items()},
    }


def holdout_by_frequency(ground: Ground) -> dict[str, Any]:
    customers = holdout(ground)
    group = np.minimum(customers.pop("x"), 7).astype(int)
    size = np.bincount(group)
    return {"n": size} | {name: np.bincount(group, weights=one) / size for name, one in customers.items()}


def holdout_correlations(ground: Ground) -> dict[str, Any]:
    customers = holdout(ground)
    actual, bg, pareto = (customers[name] for name in ("actual", "bgnbd", "pnbd"))
    matrix = np.corrcoef([actual, bg, pareto])
    totals = {"total_actual": actual.sum(), "total_bg": bg.sum(), "total_pn": pareto.sum()}
    return {"ab": matrix[0, 1], "ap": matrix[0, 2], "bp": matrix[1, 2]} | totals


def discounted_orders(ground: Ground) -> Any:
    law = {"r": 0.5532773, "alpha": 10.577683, "s": 0.6062399, "beta": 11.668735}
    return pareto_nbd.discounted_expected_orders(
        law, 0.0027, np.array([0, 2, 26]), np.array([0, 30.43, 30.857]), np.array([39, 38.86, 31])
    )


def cohort_totals(ground: Ground) -> dict[str, Any]:
    company = ground.company("cdnow")
    (row,) = company.ask("orders,buying_customers,gross_revenue,units_sold,average_order_value")
    return {
        "customers": row["buying_customers"],
        "transactions": row["orders"],
        "customer_days": sum(each(company, "frequency", HOLDOUT).values()),
        "revenue": row["gross_revenue"],
        "cds": row["units_sold"],
        "zero_value_orders": row["orders"] - row["average_order_value:n"],
        "cohorts": [
            one["new_customers"] for one in company.ask("new_customers", "--grain month --to 1997-04-01")
        ],
    }


def retention(ground: Ground) -> dict[str, Any]:
    rows = ground.company("cdnow").ask("retention", f"--by cohort,age {HOLDOUT}")
    share = {(row["cohort"], row["age"]): row["retention"] for row in rows}
    size = {row["cohort"]: row["retention:n"] for row in rows if row["age"] == 0}
    shares = {
        cohort: [round(share[cohort, age], 4) for age in (1, 2, 3)]
        for cohort in ("1997-01", "1997-02", "1997-03")
    }
    return {**shares, "counts_1997-01": [share["1997-01", age] * size["1997-01"] for age in range(7)]}


def inequality(ground: Ground) -> dict[str, Any]:
    company = ground.company("cdnow")
    (whole,) = company.ask("buying_customers")
    # of all customers, as the reference has it; @p= is a share of those with revenue
    shares = {
        f"top{p}": f"top_share@n={math.ceil(p / 100 * whole['buying_customers'])}" for p in (1, 10, 20, 50)
    }
    others = ("gini", "gini@form=unbiased", "customers_for_share", "herfindahl")
    (row,) = company.ask(",".join([*others, *shares.values()]))
    return {
        "gini": row["gini"],
        "gini_unbiased": row["gini@form=unbiased"],
        **{name: round(row[figure], 4) for name, figure in shares.items()},
        "customers_for_80pct": round(row["customers_for_share"], 4),
        "hhi_e4": round(row["herfindahl"] * 1e4, 4),
    }


def scores(ground: Ground) -> dict[str, Any]:
    rows = ground.company("cdnow").ask("frequency,rfm_score", f"--by customer.code {HOLDOUT}")
    once = [str(row["rfm_score"]) for row in rows if row["frequency"] == 1]
    score = np.array([row["rfm_score"] for row in rows])
    bins = {f: sum(one[1] == f for one in once) for f in "12345"}
    return {
        "F1": len(once),
        "one_score": list(bins.values()),
        "n555_shared": int((score == 555).sum()),
        "n111_shared": int((score == 111).sum()),
    }


def lifecycle(ground: Ground) -> dict[str, Any]:
    asked = "new_customers,active_customers,lapsed_customers,lapsed_customers@days=180"
    (row,) = ground.company("cdnow").ask(asked, HOLDOUT)
    return dict(zip(("new_90", "active_90", "lapsed_90", "lapsed_180"), row.values(), strict=True))


def baskets(ground: Ground) -> dict[str, Any]:
    company = ground.company("groceries")
    (whole,) = company.ask("orders,units_sold")
    bought = values(company.ask("orders", "--by item"), "item", "orders")
    return {
        "n": whole["orders"],
        "items": len(bought),
        "item_occurrences": whole["units_sold"],
        "density": whole["units_sold"] / (whole["orders"] * len(bought)),
        "whole_milk": bought["whole milk"],
        "other_vegetables": bought["other vegetables"],
        "rolls": bought["rolls/buns"],
    }


def item_rules(ground: Ground, support: float, confidence: float) -> list[dict[str, Any]]:
    return ground.company("groceries").rules(f"--support {support} --confidence {confidence}")


def rule_counts(ground: Ground) -> dict[str, int]:
    thresholds = {"r001_5": (0.001, 0.5), "r006_25": (0.006, 0.25), "r01_5": (0.01, 0.5)}
    return {name: len(item_rules(ground, *shares)) for name, shares in thresholds.items()}


def lifts(ground: Ground) -> dict[str, Any]:
    rules = {
        (frozenset(one["name"] for one in rule["antecedent"]), rule["consequent"]["name"]): rule["lift"]
        for rule in item_rules(ground, 0.001, 0.5)
    }
    pairs = ground.company("groceries").ask("lift,attach_rate,pair_support", "--by item,other_item")
    (herbs,) = [row for row in pairs if (row["item"], row["other_item"]) == ("herbs", "root vegetables")]
    return {
        "l1": rules[frozenset({"Instant food products", "soda"}), "hamburger meat"],
        "l2": rules[frozenset({"liquor", "red/blush wine"}), "bottled beer"],
        "l3": {
            "n": herbs["lift:n"],
            "support": herbs["pair_support"],
            "confidence": herbs["attach_rate"],
            "lift": herbs["lift"],
        },
        "pairs_sql_rules_006_25": sum(
            row["pair_support"] >= 0.006 and row["attach_rate"] >= 0.25 for row in pairs
        ),
    }


SECONDS = {"seconds": "a run time"}

CHECKS = {
    "cdnow.sample.counts": Check(sample_counts, company="cdnow_sample"),
    "cdnow.bgnbd.params": Check(
        lambda ground: parameters(ground, "bg_nbd"), {"abs": 5e-4}, {"rel": 1e-5}, "cdnow_sample", beside=SECONDS
    ),
    "cdnow.bgnbd.loglik": Check(
        lambda ground: log_likelihood(ground, "bg_nbd"), reproduced={"abs": 1e-5}, company="cdnow_sample"
    ),
    "cdnow.paretonbd.params": Check(
        lambda ground: parameters(ground, "pareto_nbd"), {"rel": 2e-3}, {"rel": 1e-6}, "cdnow_sample",
        beside=SECONDS,
    ),
    "cdnow.paretonbd.loglik": Check(
        lambda ground: log_likelihood(ground, "pareto_nbd"), {"abs": 0.05}, {"abs": 1e-5}, "cdnow_sample"
    ),
    "cdnow.gammagamma": Check(spending, reproduced={"rel": 2e-5}, company="cdnow_sample", beside=SECONDS),
    "cdnow.gg.cond_spend.first10": Check(
        lambda ground: first_ten(ground, "expected_order_value"), {"abs": 0.02}, company="cdnow_sample"
    ),
    "cdnow.bgnbd.cond_exp": Check(  # customer 1 of the sample
        lambda ground: first_ten(ground, orders_in(39, "bg_nbd"))[0], {"abs": 1e-3}, {"abs": 1e-3}, "cdnow_sample"
    ),
    "cdnow.bgnbd.uncond": Check(
        lambda ground: bg_nbd.expected_orders(
            parameters(ground, "bg_nbd"), np.array([1 / 7, 1, 3, 31.8571, 32, 78])
        ),
        {"abs": 1e-3}, {"abs": 1e-4}, "cdnow_sample",
    ),
    "cdnow.pnbd.cust1516": Check(
        lambda ground: customer_1516(ground, "pareto_nbd"), {"rel": 1e-4}, {"rel": 1e-5}, "cdnow_sample"
    ),
    "cdnow.bgnbd.cust1516": Check(
        lambda ground: customer_1516(ground, "bg_nbd"), {"rel": 1e-4}, {"rel": 1e-6}, "cdnow_sample"
    ),
    "cdnow.freq_paradox": Check(frequency_paradox, {"rel": 1e-3}, {"rel": 1e-3}, "cdnow_sample"),
    "cdnow.holdout_by_freq": Check(holdout_by_frequency, {"abs": 1e-3}, company="cdnow_sample"),
    "cdnow.holdout_corr": Check(holdout_correlations, {"abs": 5e-4}, company="cdnow_sample"),
    "pnbd.dert": Check(discounted_orders, reproduced={"rel": 1e-6}),
    "cdnow.master": Check(cohort_totals, company="cdnow"),
    "cdnow.master.cohort": Check(retention, reproduced={"rel": 1e-9}, company="cdnow"),
    "cdnow.master.concentration": Check(inequality, reproduced={"abs": 1e-9}, company="cdnow"),
    "cdnow.master.rfm": Check(
        scores, company="cdnow",
        mistakes={"F1_in_ntile_bins": "one_score", "n555": "n555_shared", "n111": "n111_shared"},
    ),
    "cdnow.master.lifecycle": Check(lifecycle, company="cdnow"),
    "groceries.summary": Check(baskets, {"abs": 5e-9}, company="groceries"),
    "groceries.rules": Check(
        rule_counts, company="groceries", printed=lambda found: list(found.values()),
        beside=SECONDS | {"multi_consequent_001_5": "rules to several items at once"},
    ),
    "groceries.top_lift": Check(
        lifts, {"abs": 1e-6}, {"abs": 1e-6}, "groceries", printed=lambda found: found | {"l3": found["l3"]["lift"]}
    ),
}  # fmt: skip
