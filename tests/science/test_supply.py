"""Order quantities of an (r, nQ) policy: by hand, and what must hold of any."""

from hypothesis import given
from hypothesis import strategies as st

from warehouse.science.supply import Supply, supply_needed

amounts = st.floats(0, 1_000)


def test_by_hand() -> None:
    assert supply_needed(41, 40, 10, 25, 30.4375) is None
    assert supply_needed(40, 40, 10, 25, 30.4375) == Supply(25, 1, 30)  # 30 above safety stock, one a day
    assert supply_needed(15, 40, 10, 25, 30.4375) == Supply(50, 2, 5)  # 25 more would only reach the point
    assert supply_needed(-10, 40, 10, 25, 0) == Supply(75, 3, 0)
    assert supply_needed(5, 20, 0, 0, 12) == Supply(
        27, 1, 12
    )  # no usual quantity: 15 missing and a month's 12


@given(st.floats(-1_000, 1_000), amounts, amounts, amounts, amounts)
def test_one_order_less_would_not_do(
    position: float, point: float, safety: float, size: float, demand: float
) -> None:
    supply = supply_needed(position, point, safety, size, demand)
    if supply is None:
        assert point <= 0 or position > point
        return
    assert position + supply.quantity >= point
    assert supply.quantity % supply.lots == 0
    assert supply.lots == 1 or position + supply.quantity - supply.quantity // supply.lots <= point
    assert supply.within_days >= 0
