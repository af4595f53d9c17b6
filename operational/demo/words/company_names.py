"""The words that customers' names are made of: a city, two auspicious characters, a trade and a legal form.

How they are put together without repeats is the business of names.py.
"""

from __future__ import annotations

FIRST = "恒金盛宏鑫泰永德天海嘉安远大东兴利达康明新创晟佳伟正顺万亿诚信和润丰博科凯隆旭启富长云锦"
SECOND = "润达泰丰盛源通宇川峰创航驰邦腾祥业华辉隆科威博诚和昌鼎凯森海江阳星铭康立成联锐远益力鹏"

# Two characters that together are somebody well known, or read badly.
AVOIDED = (
    "万科 万达 天合 永辉 正泰 德力 大华 大通 东海 东阳 东华 天威 海康 海航 海创 海辉 海通 长江 长城 长远 金科 "
    "伟星 信达 信通 信和 富通 富力 富康 云鼎 新华 新科 新创 新东 大丰 大业 大成 大康 康达 安达 安泰 安盛 泰康 泰和 明阳 "
    "天威 天源 天和 天泰 天海 创业 创科 创维 科达 科力 科创 和远 和鼎 利和 利远 远达 远东 德业 金星 金山 金龙 大海 大江 "
    "万润 万丰 万华 万通 亿联 亿航 博通 博威 凯威 凯盛 恒力 恒泰 恒通 恒丰 兴业 兴发 启辉 启业 宏达 宏业 云天 东风"
)

# Industry, its part of the customers, and what such companies call their trade, in both languages in the same order.
INDUSTRIES: tuple[tuple[str, float, str, str], ...] = (
    ("机械制造", 0.16, "机械制造 精密机械 数控设备 重型机械 传动机械",
     "Machinery, Precision Machinery, CNC Equipment, Heavy Machinery, Drive Technology"),
    ("汽车零部件", 0.11, "汽车零部件 汽车配件 车桥制造 动力部件", "Auto Components, Auto Parts, Axles, Powertrain"),
    ("电子电器", 0.12, "电子科技 电器制造 光电科技 半导体材料",
     "Electronics, Electrical Appliances, Optoelectronics, Semiconductor Materials"),
    ("食品饮料", 0.10, "食品 饮料 乳业 粮油", "Foods, Beverages, Dairy, Grain and Oils"),
    ("医药", 0.08, "制药 生物医药 医疗器械", "Pharmaceuticals, Biopharma, Medical Devices"),
    ("化工", 0.11, "化工 新材料 涂料 精细化工", "Chemicals, Advanced Materials, Coatings, Fine Chemicals"),
    ("纺织服装", 0.07, "纺织 印染 服饰 化纤", "Textiles, Dyeing, Apparel, Chemical Fibres"),
    ("建材", 0.07, "建材 玻璃制品 陶瓷 混凝土", "Building Materials, Glass, Ceramics, Concrete"),
    ("冶金", 0.06, "金属制品 特种钢材 铝业 铸造", "Metal Products, Special Steel, Aluminium, Foundry"),
    ("水务环保", 0.06, "水务 环保科技 环境工程 净水设备", "Water, Clean Technology, Environmental Engineering, Water Treatment"),
    ("造纸包装", 0.03, "纸业 包装材料 包装印刷", "Paper, Packaging Materials, Packaging and Printing"),
    ("能源电力", 0.03, "热力 电力设备 新能源科技 燃气", "Heat Supply, Power Equipment, New Energy, Gas"),
)  # fmt: skip

FORMS: tuple[tuple[str, float, str], ...] = (
    ("有限公司", 0.78, "Co., Ltd."),
    ("股份有限公司", 0.10, "Corporation"),
    ("集团有限公司", 0.06, "Group Co., Ltd."),
    ("有限责任公司", 0.06, "LLC"),
)
