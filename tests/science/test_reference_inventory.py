"""Inventory against published results; what is SQL over the loaded movements is named with its reason."""

import numpy as np
import pytest

from warehouse.science import forecast_error, intermittent, order_quantity, stock_rules

ELSEWHERE = {
    "carparts.counts": "counts of rows: SQL over the loaded movements",
    "carparts.abc": "cumulative shares by item: SQL over the loaded movements",
}


def classes(data):
    """Parts asked for once are a class of their own here; the reference counts them as intermittent."""
    names, count = np.unique(intermittent.demand_class(data.carparts), return_counts=True)
    found = dict(zip(names.tolist(), count.tolist(), strict=True))
    found["intermittent"] += found.pop("single")
    names, count = np.unique(intermittent.demand_class(data.carparts_1046), return_counts=True)
    return {"n_over_k_ddof0": found, "f1046": dict(zip(names.tolist(), count.tolist(), strict=True))}


def first_part(data):
    demand = data.carparts_1046[0]
    on_45 = demand[:45]
    return {
        "croston": float(intermittent.croston(demand)),
        "sba": float(intermittent.sba(demand)),
        "tsb": float(intermittent.tsb(demand)),
        "on_first_45": {
            "croston": float(intermittent.croston(on_45)),
            "sba": float(intermittent.sba(on_45)),
            "tsb": float(intermittent.tsb(on_45)),
        },
    }


def accuracy(data):
    history, actual = data.carparts_1046[:, :45], data.carparts_1046[:, 45:]
    forecasts = {
        "zero": np.zeros(len(history)),
        "naive": history[:, -1],
        "mean": history.mean(axis=1),
        "croston": intermittent.croston(history),
        "sba": intermittent.sba(history),
        "tsb": intermittent.tsb(history),
        "ses": intermittent.exponential_smoothing(history, 0.1)[0][:, 0],
        "adida": intermittent.adida(history),
        "imapa": intermittent.imapa(history),
    }
    errors = {}
    for name, forecast in forecasts.items():
        flat = forecast[:, None]
        errors[name] = [
            forecast_error.mean_error(actual, flat).mean(),
            forecast_error.mean_absolute_error(actual, flat).mean(),
            forecast_error.mean_absolute_scaled_error(actual, flat, history).mean(),
            forecast_error.root_mean_squared_scaled_error(actual, flat, history).mean(),
        ]
    return errors


def printer(data):
    deviation = stock_rules.lead_time_deviation(250, 150, 2)
    return {
        "ss": 600 - 250 * 2,
        "csl": float(stock_rules.cycle_service_level(100, deviation)),
        "esc": float(stock_rules.expected_shortage(100, deviation)),
        "fr": float(stock_rules.fill_rate(100, deviation, 1000)),
    }


def mattress(data):
    deviation = stock_rules.lead_time_deviation(2500, 500, 2)
    return {
        "csl": float(stock_rules.cycle_service_level(1000, deviation)),
        "esc": float(stock_rules.expected_shortage(1000, deviation)),
        "fr": float(stock_rules.fill_rate(1000, deviation, 10000)),
        "ss90": float(stock_rules.safety_stock(0.9, deviation)),
        "ss_fr975": stock_rules.safety_stock_for_fill_rate(0.975, float(deviation), 10000),
    }


def computer(data):
    deviation = stock_rules.lead_time_deviation(2500, 500, 7, 7)
    return {"sigmaL": float(deviation), "ss": float(stock_rules.safety_stock(0.9, deviation))}


CASES = {
    "carparts.sbc": (classes, {"reproduced": {"abs": 0}}),
    "carparts.croston.first": (first_part, {"reproduced": {"abs": 1e-12}}),
    "carparts.accuracy": (accuracy, {"reproduced": {"abs": 5e-4}}),
    "chopra.hp": (printer, {"reproduced": {"abs": 1e-6}, "published": {"abs": 5e-3}}),
    "chopra.bm": (mattress, {"reproduced": {"abs": 1e-4}}),
    "chopra.dell": (computer, {"reproduced": {"abs": 0.01}}),
    "stockpyl.eoq": (
        lambda data: order_quantity.economic_order_quantity(8, 0.225, 1300),
        {"published": {"rel": 1e-12}},
    ),
    "stockpyl.rq": (
        lambda data: order_quantity.reorder_point_and_quantity(8, 0.225, 7.5, 1300, 1 / 12, 150),
        {"published": {"rel": 1e-6}},
    ),
    "stockpyl.newsvendor": (
        lambda data: order_quantity.newsvendor(0.18, 0.70, 50, 8),
        {"published": {"rel": 1e-9}},
    ),
}


@pytest.mark.parametrize("entry", CASES)
def test_the_published_result_comes_out(entry, data, published, agree):
    compute, tolerances = CASES[entry]
    computed = compute(data)
    for against, tolerance in tolerances.items():
        agree(computed, published[entry][against], tolerance, f"{entry} {against}")


def test_the_block_forecasts_of_one_part_agree_with_the_peer(data, published):
    peer = published["carparts.croston.first"]["reproduced"]["on_first_45"]
    on_45 = data.carparts_1046[0][:45]
    assert float(intermittent.adida(on_45)) == pytest.approx(peer["adida"], abs=1e-6)
    assert float(intermittent.imapa(on_45)) == pytest.approx(peer["imapa"], abs=1e-6)


def test_every_entry_is_computed_here_or_has_a_reason(published):
    family = {name for name, entry in published.items() if entry["family"] == "inventory"}
    assert family == CASES.keys() | ELSEWHERE.keys()
