"""The words of selling: levels of customers, reasons of returns and losses, names of opportunities and remarks.

How often each occurs is said in laws.py or beside the word.
"""

from __future__ import annotations

# From the best customers down; the share of customers and the days they are given to pay.
LEVELS = (("A", 0.08, 90), ("B", 0.24, 60), ("C", 0.44, 30), ("D", 0.24, 30))

RETURN_REASONS = (("规格不符", 0.32), ("质量问题", 0.28), ("多发错发", 0.22), ("客户变更", 0.18))

LOST_REASONS = (
    ("价格偏高", 0.36),
    ("竞争对手中标", 0.26),
    ("客户推迟投资", 0.20),
    ("交期不满足", 0.10),
    ("技术不满足", 0.08),
)

# What an opportunity is about, and its usual amount in yuan.
PROJECTS = (
    ("空压站节能改造", 420_000), ("新建车间供气系统", 560_000), ("循环水泵更新", 240_000), ("恒压供水改造", 180_000),
    ("生产线变频改造", 210_000), ("在线监测系统", 160_000), ("年度备件框架", 120_000), ("设备大修与改造", 90_000),
    ("污水处理站泵组", 320_000), ("伺服产线升级", 260_000),
)  # fmt: skip

REMARKS = (
    "随货附合格证与装箱单。",
    "请于周三前送达。",
    "到货前一日电话联系收货人。",
    "分批发货，先发备件。",
    "发票与货同行。",
)
VOID_REASONS = ("客户取消采购", "重复下单", "型号选错，重新下单")
REJECT_REASONS = ("折扣超出权限", "账期超出标准，请与客户重新协商", "交期无法满足，请与客户确认")
REOPEN_REASONS = ("问题再次出现", "客户反映未彻底解决")

COUNT_REASONS = ("收发差错", "破损", "错放库位", "单据漏记")
