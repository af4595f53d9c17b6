"""Cron lines and checks in the words of both languages."""

import pytest

from dashboards.check_names import check_name
from dashboards.rhythm import rhythm


@pytest.mark.parametrize(
    ("cron", "zh", "en"),
    [
        ("0 7 * * 1", "每周一 07:00", "every Monday at 07:00"),
        ("30 18 * * 0", "每周日 18:30", "every Sunday at 18:30"),
        ("0 8 1 * *", "每月 1 日 08:00", "on day 1 of each month at 08:00"),
        ("5 6 * * *", "每天 06:05", "every day at 06:05"),
        ("*/5 * * * *", "*/5 * * * *", "*/5 * * * *"),
        ("0 7 1 * 1", "0 7 1 * 1", "0 7 1 * 1"),
    ],
)
def test_cron_lines(cron: str, zh: str, en: str) -> None:
    assert (rhythm(cron, "zh"), rhythm(cron, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("check", "zh"),
    [
        ("order_id is unique", "order_id 不重复"),
        ("customer_id in core.dim_customer", "customer_id 在 core.dim_customer 中存在"),
        ("amount >= 0", "amount >= 0"),
    ],
)
def test_checks(check: str, zh: str) -> None:
    assert check_name(check, "zh") == zh
