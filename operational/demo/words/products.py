"""The products: code, name in both languages, category, price list of today, cost in parts of the price, lead time, popularity.

Parts stand in parts.py; which products are serviced unit by unit, and how they fail, in laws.py.
"""

from __future__ import annotations

from typing import NamedTuple


class Product(NamedTuple):
    """A line of the price list; price in yuan, popularity relative to the other products."""

    code: str
    name: str
    name_en: str
    category: str
    price: int
    cost: float
    lead_days: int
    popularity: int


PRODUCTS = (
    Product(
        "RC-7", "瑞盈 7.5kW 螺杆空压机", "Ruiying 7.5 kW screw compressor", "空压机", 16800, 0.66, 18, 60
    ),
    Product("RC-11", "瑞盈 11kW 螺杆空压机", "Ruiying 11 kW screw compressor", "空压机", 21500, 0.66, 18, 55),
    Product("RC-15", "瑞盈 15kW 螺杆空压机", "Ruiying 15 kW screw compressor", "空压机", 26800, 0.67, 20, 70),
    Product("RC-22", "瑞盈 22kW 螺杆空压机", "Ruiying 22 kW screw compressor", "空压机", 34600, 0.67, 20, 90),
    Product(
        "RC-37",
        "瑞盈 37kW 永磁变频空压机",
        "Ruiying 37 kW PM variable-speed compressor",
        "空压机",
        52800,
        0.68,
        25,
        70,
    ),
    Product(
        "RC-55",
        "瑞盈 55kW 永磁变频空压机",
        "Ruiying 55 kW PM variable-speed compressor",
        "空压机",
        79000,
        0.69,
        28,
        45,
    ),
    Product(
        "RC-75",
        "瑞盈 75kW 永磁变频空压机",
        "Ruiying 75 kW PM variable-speed compressor",
        "空压机",
        108000,
        0.70,
        30,
        24,
    ),
    Product(
        "RC-110",
        "瑞盈 110kW 双级压缩空压机",
        "Ruiying 110 kW two-stage compressor",
        "空压机",
        158000,
        0.71,
        40,
        10,
    ),
    Product(
        "CP-40",
        "瑞盈 DN40 立式离心泵",
        "Ruiying DN40 vertical centrifugal pump",
        "离心泵",
        4280,
        0.62,
        12,
        60,
    ),
    Product(
        "CP-50",
        "瑞盈 DN50 立式离心泵",
        "Ruiying DN50 vertical centrifugal pump",
        "离心泵",
        5960,
        0.62,
        12,
        75,
    ),
    Product(
        "CP-65",
        "瑞盈 DN65 立式离心泵",
        "Ruiying DN65 vertical centrifugal pump",
        "离心泵",
        8350,
        0.63,
        14,
        70,
    ),
    Product(
        "CP-80", "瑞盈 DN80 化工流程泵", "Ruiying DN80 chemical process pump", "离心泵", 12400, 0.63, 16, 85
    ),
    Product(
        "CP-100",
        "瑞盈 DN100 化工流程泵",
        "Ruiying DN100 chemical process pump",
        "离心泵",
        17900,
        0.64,
        18,
        45,
    ),
    Product(
        "CP-150", "瑞盈 DN150 双吸离心泵", "Ruiying DN150 double-suction pump", "离心泵", 28600, 0.65, 24, 22
    ),
    Product(
        "CP-200", "瑞盈 DN200 双吸离心泵", "Ruiying DN200 double-suction pump", "离心泵", 46500, 0.66, 30, 9
    ),
    Product(
        "VD-2", "瑞盈 2.2kW 通用变频器", "Ruiying 2.2 kW general-purpose drive", "变频器", 1180, 0.58, 10, 50
    ),
    Product(
        "VD-4", "瑞盈 4kW 通用变频器", "Ruiying 4 kW general-purpose drive", "变频器", 1860, 0.58, 10, 60
    ),
    Product(
        "VD-7", "瑞盈 7.5kW 通用变频器", "Ruiying 7.5 kW general-purpose drive", "变频器", 2980, 0.58, 10, 70
    ),
    Product("VD-15", "瑞盈 15kW 矢量变频器", "Ruiying 15 kW vector drive", "变频器", 4650, 0.59, 12, 60),
    Product("VD-22", "瑞盈 22kW 矢量变频器", "Ruiying 22 kW vector drive", "变频器", 6480, 0.59, 12, 45),
    Product("VD-37", "瑞盈 37kW 矢量变频器", "Ruiying 37 kW vector drive", "变频器", 9850, 0.60, 15, 32),
    Product(
        "VD-75", "瑞盈 75kW 工程型变频器", "Ruiying 75 kW engineered drive", "变频器", 18600, 0.60, 20, 80
    ),
    Product(
        "VD-132", "瑞盈 132kW 工程型变频器", "Ruiying 132 kW engineered drive", "变频器", 34800, 0.61, 28, 14
    ),
    Product("SV-04", "瑞盈 0.4kW 伺服套装", "Ruiying 0.4 kW servo set", "伺服系统", 2360, 0.60, 14, 30),
    Product("SV-10", "瑞盈 1kW 伺服套装", "Ruiying 1 kW servo set", "伺服系统", 3980, 0.60, 14, 34),
    Product("SV-20", "瑞盈 2kW 伺服套装", "Ruiying 2 kW servo set", "伺服系统", 5760, 0.61, 14, 60),
    Product("SV-50", "瑞盈 5kW 伺服套装", "Ruiying 5 kW servo set", "伺服系统", 9900, 0.62, 18, 26),
    Product(
        "PS-10",
        "瑞盈 压力变送器 0-1.6MPa",
        "Ruiying pressure transmitter 0–1.6 MPa",
        "传感器",
        680,
        0.52,
        8,
        90,
    ),
    Product(
        "PS-30", "瑞盈 差压变送器", "Ruiying differential pressure transmitter", "传感器", 1450, 0.52, 8, 40
    ),
    Product(
        "TS-20",
        "瑞盈 一体化温度变送器",
        "Ruiying compact temperature transmitter",
        "传感器",
        320,
        0.50,
        7,
        85,
    ),
    Product(
        "FS-50",
        "瑞盈 DN50 电磁流量计",
        "Ruiying DN50 electromagnetic flow meter",
        "传感器",
        3850,
        0.55,
        14,
        38,
    ),
    Product("LS-15", "瑞盈 超声波液位计", "Ruiying ultrasonic level meter", "传感器", 1260, 0.54, 10, 36),
    Product(
        "VS-60", "瑞盈 振动监测传感器", "Ruiying vibration monitoring sensor", "传感器", 1780, 0.53, 10, 30
    ),
    Product(
        "DR-15",
        "瑞盈 1.5m³ 冷冻式干燥机",
        "Ruiying 1.5 m³ refrigerated dryer",
        "净化设备",
        6800,
        0.64,
        16,
        40,
    ),
    Product(
        "DR-30", "瑞盈 3m³ 冷冻式干燥机", "Ruiying 3 m³ refrigerated dryer", "净化设备", 10900, 0.64, 16, 75
    ),
    Product(
        "DR-60", "瑞盈 6m³ 冷冻式干燥机", "Ruiying 6 m³ refrigerated dryer", "净化设备", 19800, 0.65, 20, 20
    ),
    Product("FT-20", "瑞盈 精密管道过滤器", "Ruiying precision line filter", "净化设备", 1280, 0.55, 9, 45),
    Product("TK-06", "瑞盈 0.6m³ 储气罐", "Ruiying 0.6 m³ air receiver", "储气罐", 1950, 0.70, 12, 34),
    Product("TK-10", "瑞盈 1m³ 储气罐", "Ruiying 1 m³ air receiver", "储气罐", 2860, 0.70, 12, 38),
    Product("TK-30", "瑞盈 3m³ 储气罐", "Ruiying 3 m³ air receiver", "储气罐", 7400, 0.71, 18, 14),
    Product("BV-50", "瑞盈 DN50 电动球阀", "Ruiying DN50 motorised ball valve", "阀门", 1680, 0.57, 11, 48),
    Product(
        "BV-100", "瑞盈 DN100 电动蝶阀", "Ruiying DN100 motorised butterfly valve", "阀门", 3120, 0.58, 12, 28
    ),
    Product("RV-25", "瑞盈 DN25 弹簧安全阀", "Ruiying DN25 spring safety valve", "阀门", 420, 0.54, 8, 52),
    Product(
        "CC-10",
        "瑞盈 恒压供水控制柜",
        "Ruiying constant-pressure water supply cabinet",
        "控制柜",
        8600,
        0.62,
        20,
        22,
    ),
    Product("CC-40", "瑞盈 PLC 智能控制柜", "Ruiying PLC control cabinet", "控制柜", 26500, 0.63, 30, 12),
)

# The next generation of a product: from that many years before the end on, it is sold in the old one's place.
SUCCESSORS: tuple[tuple[str, Product, float], ...] = (
    (
        "RC-11",
        Product(
            "RC-11P",
            "瑞盈 11kW 永磁变频空压机",
            "Ruiying 11 kW PM variable-speed compressor",
            "空压机",
            23800,
            0.65,
            20,
            0,
        ),
        1.6,
    ),
    (
        "VD-22",
        Product(
            "VD-22S", "瑞盈 22kW 伺服型变频器", "Ruiying 22 kW servo-type drive", "变频器", 6980, 0.57, 12, 0
        ),
        2.3,
    ),
    (
        "LS-15",
        Product("LS-15R", "瑞盈 雷达液位计", "Ruiying radar level meter", "传感器", 1680, 0.53, 10, 0),
        1.1,
    ),
)
