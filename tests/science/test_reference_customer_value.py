"""Customer value against published results; what only the whole way can show is named with its reason."""

import itertools

import numpy as np
import pytest

from warehouse.science import association, bg_nbd, concentration, gamma_gamma, pareto_nbd

ELSEWHERE = {
    "cdnow.sample.counts": "counts of rows: SQL over the loaded orders",
    "cdnow.master": "counts and sums: SQL over the loaded orders",
    "cdnow.master.cohort": "retention is SQL over the loaded orders",
    "cdnow.master.rfm": "scores are SQL; the ties of ntile are what the product does not do",
    "cdnow.master.lifecycle": "new, active and lapsed customers are SQL over the loaded orders",
    "groceries.summary": "counts of rows: SQL over the loaded orders",
    "groceries.rules": "rules with several antecedents; the product mines pairs (150 at .006/.25, below)",
}


def bg_fit(data):
    history = data.cdnow
    return bg_nbd.fit(history.frequency, history.recency, history.age)


def pareto_fit(data):
    history = data.cdnow
    return pareto_nbd.fit(history.frequency, history.recency, history.age)


def gamma_gamma_fit(data):
    return gamma_gamma.fit(data.cdnow.frequency, data.cdnow.mean_value)


def gamma_gamma_numbers(data):
    fit = gamma_gamma_fit(data)
    return {
        **fit.parameters,
        "LL": fit.log_likelihood,
        "EM": float(gamma_gamma.expected_order_value(fit.parameters)),
    }


def conditional_spend(data):
    rows = data.rows("cdnow/cdnow_summary_with_monetary.csv")
    x, z = (np.array([float(row[name]) for row in rows]) for name in ("x", "zbar"))
    return gamma_gamma.expected_order_value(gamma_gamma.fit(x, z).parameters, x[:10], z[:10])


def customer_1516(model, fit):
    return {
        "E": float(model.expected_orders(fit.parameters, 52, 26, 216 / 7, 31)),
        "palive": float(model.alive_probability(fit.parameters, 26, 216 / 7, 31)),
        "EX52": float(model.expected_orders(fit.parameters, 52)),
    }


def frequency_paradox(data):
    x = np.array([10, 15, 20, 25])
    return {
        "pnbd": pareto_nbd.expected_orders(pareto_fit(data).parameters, 52, x, 20, 39),
        "bgnbd": bg_nbd.expected_orders(bg_fit(data).parameters, 52, x, 20, 39),
    }


def holdout_forecasts(data):
    history = data.cdnow
    observed = (39, history.frequency, history.recency, history.age)
    return (
        history.later,
        bg_nbd.expected_orders(bg_fit(data).parameters, *observed),
        pareto_nbd.expected_orders(pareto_fit(data).parameters, *observed),
    )


def holdout_by_frequency(data):
    later, bg, pareto = holdout_forecasts(data)
    group = np.minimum(data.cdnow.frequency, 7).astype(int)
    size = np.bincount(group)
    means = {
        name: np.bincount(group, weights=values) / size
        for name, values in {"actual": later, "pnbd": pareto, "bgnbd": bg}.items()
    }
    return {"n": size, **means}


def holdout_correlations(data):
    later, bg, pareto = holdout_forecasts(data)
    matrix = np.corrcoef([later, bg, pareto])
    return {"ab": matrix[0, 1], "ap": matrix[0, 2], "bp": matrix[1, 2]}


def discounted_orders(data):
    parameters = {"r": 0.5532773, "alpha": 10.577683, "s": 0.6062399, "beta": 11.668735}
    return pareto_nbd.discounted_expected_orders(
        parameters, 0.0027, np.array([0, 2, 26]), np.array([0, 30.43, 30.857]), np.array([39, 38.86, 31])
    )


def inequality(data):
    spent: dict[str, float] = {}
    for customer, _, amount in data.cdnow_master:
        spent[customer] = spent.get(customer, 0.0) + amount
    amounts = np.array(list(spent.values()))
    return {
        "gini": concentration.gini(amounts),
        "gini_unbiased": concentration.gini(amounts, unbiased=True),
        **{f"top{p}": round(concentration.top_share(amounts, p=p / 100), 4) for p in (1, 10, 20, 50)},
        "customers_for_80pct": round(concentration.holders_of_share(amounts, 0.8), 4),
        "hhi_e4": round(concentration.herfindahl(amounts) * 1e4, 4),
    }


def grocery_lines(data):
    return zip(*[(n, item) for n, basket in enumerate(data.groceries) for item in basket], strict=True)


def lifts(data):
    basket, item = grocery_lines(data)
    rules = association.pair_rules(basket, item)
    herbs = int(np.flatnonzero((rules.antecedent == "herbs") & (rules.consequent == "root vegetables"))[0])
    every = association.pair_rules(basket, item, fewest=1)
    strong = (every.measures.support >= 0.006) & (every.measures.confidence >= 0.25)
    return {
        "l1": lift_of_three(data, {"Instant food products", "soda"}, "hamburger meat"),
        "l2": lift_of_three(data, {"liquor", "red/blush wine"}, "bottled beer"),
        "l3": {
            "n": rules.together[herbs],
            "support": rules.measures.support[herbs],
            "confidence": rules.measures.confidence[herbs],
            "lift": rules.measures.lift[herbs],
        },
        "pairs_sql_rules_006_25": int(strong.sum()),
    }


def lift_of_three(data, antecedent, consequent):
    baskets = [set(basket) for basket in data.groceries]
    first = [consequent in basket for basket in baskets if antecedent <= basket]
    total = sum(consequent in basket for basket in baskets)
    return float(association.rule_measures(sum(first), len(first), total, len(baskets)).lift)


CASES = {  # entry: what we compute, and for published and reproduced numbers the tolerance
    "cdnow.bgnbd.params": (
        lambda d: bg_fit(d).parameters,
        {"published": {"abs": 5e-4}, "reproduced": {"rel": 1e-5}},
    ),
    "cdnow.bgnbd.loglik": (
        lambda d: bg_fit(d).log_likelihood,
        {"published": {"abs": 0.05}, "reproduced": {"abs": 1e-5}},
    ),
    "cdnow.paretonbd.params": (
        lambda d: pareto_fit(d).parameters,
        {"published": {"rel": 2e-3}, "reproduced": {"rel": 1e-6}},
    ),
    "cdnow.paretonbd.loglik": (
        lambda d: pareto_fit(d).log_likelihood,
        {"published": {"abs": 0.05}, "reproduced": {"abs": 1e-5}},
    ),
    "cdnow.gammagamma": (gamma_gamma_numbers, {"reproduced": {"rel": 2e-5}}),
    "cdnow.gg.cond_spend.first10": (conditional_spend, {"published": {"abs": 0.02}}),
    "cdnow.bgnbd.cond_exp": (
        lambda d: float(bg_nbd.expected_orders(bg_fit(d).parameters, 39, 2, 30.43, 38.86)),
        {"published": {"abs": 1e-3}, "reproduced": {"abs": 1e-5}},
    ),
    "cdnow.bgnbd.uncond": (
        lambda d: bg_nbd.expected_orders(bg_fit(d).parameters, np.array([1 / 7, 1, 3, 31.8571, 32, 78])),
        {"published": {"abs": 1e-3}, "reproduced": {"abs": 1e-4}},
    ),
    "cdnow.pnbd.cust1516": (
        lambda d: customer_1516(pareto_nbd, pareto_fit(d)),
        {"published": {"rel": 1e-4}, "reproduced": {"rel": 1e-5}},
    ),
    "cdnow.bgnbd.cust1516": (
        lambda d: customer_1516(bg_nbd, bg_fit(d)),
        {"published": {"rel": 1e-4}, "reproduced": {"rel": 1e-6}},
    ),
    "cdnow.freq_paradox": (frequency_paradox, {"published": {"rel": 1e-3}}),
    "cdnow.holdout_by_freq": (holdout_by_frequency, {"published": {"abs": 1e-3}}),
    "cdnow.holdout_corr": (holdout_correlations, {"published": {"abs": 5e-4}}),
    "pnbd.dert": (discounted_orders, {"reproduced": {"rel": 1e-6}}),
    "cdnow.master.concentration": (inequality, {"reproduced": {"abs": 1e-9}}),
    "groceries.top_lift": (lifts, {"reproduced": {"abs": 1e-6}}),
}


@pytest.mark.parametrize("entry", CASES)
def test_the_published_result_comes_out(entry, data, published, agree):
    compute, tolerances = CASES[entry]
    computed = compute(data)
    for against, tolerance in tolerances.items():
        agree(computed, published[entry][against], tolerance, f"{entry} {against}")


def test_every_entry_is_computed_here_or_has_a_reason(published):
    family = {name for name, entry in published.items() if entry["family"] == "customer_value"}
    assert family == CASES.keys() | ELSEWHERE.keys()
    assert not set(itertools.chain(CASES)) & set(ELSEWHERE)
