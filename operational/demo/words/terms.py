"""What the company's codes are called in English, by vocabulary (the field that holds them).

The codes themselves stand beside how often they occur, in the other tables of words and in catalogue.py.
"""

from __future__ import annotations

MAKERS = {
    "瑞盈": "Ruiying", "瑞盈原厂": "Ruiying Genuine", "净源": "Jingyuan", "恒固": "Henggu", "辰轴": "Chenzhou",
    "润界": "Runjie", "源汇": "Yuanhui",
}  # fmt: skip

TERMS: dict[str, dict[str, str]] = {
    "industry": {
        "机械制造": "Machinery", "汽车零部件": "Automotive parts", "电子电器": "Electronics", "食品饮料": "Food and beverage",
        "医药": "Pharmaceuticals", "化工": "Chemicals", "纺织服装": "Textiles and apparel", "建材": "Building materials",
        "冶金": "Metals", "水务环保": "Water and environment", "造纸包装": "Paper and packaging", "能源电力": "Energy and power",
    },
    "category": {
        "空压机": "Air compressors", "离心泵": "Centrifugal pumps", "变频器": "Frequency converters", "伺服系统": "Servo systems",
        "传感器": "Sensors", "净化设备": "Air treatment", "储气罐": "Air receivers", "阀门": "Valves", "控制柜": "Control cabinets",
        "滤芯": "Filters", "密封件": "Seals", "轴承": "Bearings", "润滑油脂": "Oils and greases", "电气件": "Electrical parts",
        "阀组件": "Valve kits", "传动件": "Drive parts", "总成": "Assemblies",
    },
    "brand": MAKERS,
    "supplier": MAKERS,
    "unit": {
        "只": "pc", "台": "unit", "套": "set", "桶": "drum", "块": "pc", "罐": "can", "片": "pc", "根": "pc", "支": "pc",
    },
    "fault": {
        "异响振动": "Noise and vibration", "泄漏": "Leakage", "温度过高": "Overheating", "压力不足": "Low pressure",
        "电气故障": "Electrical fault", "控制程序": "Control software", "传感器异常": "Sensor fault",
        "安装调试": "Installation and commissioning", "使用咨询": "Advice on use",
    },
    "channel": {"电话": "Phone", "微信": "WeChat", "邮件": "E-mail", "现场": "On site", "官网": "Website"},
    "priority": {"紧急": "Urgent", "高": "High", "普通": "Normal", "低": "Low"},
    "cause": {
        "产品质量": "Product quality", "交货延迟": "Late delivery", "服务响应": "Service response",
        "包装运输": "Packaging and transport", "开票结算": "Invoicing", "技术资料": "Technical documents",
    },
    "reason": {
        "规格不符": "Wrong specification", "质量问题": "Quality", "多发错发": "Wrong delivery", "客户变更": "Changed by customer",
        "收发差错": "Handling error", "破损": "Damage", "错放库位": "Misplaced", "单据漏记": "Not recorded",
    },
    "lost_reason": {
        "价格偏高": "Price too high", "竞争对手中标": "Competitor won", "客户推迟投资": "Investment postponed",
        "交期不满足": "Delivery too late", "技术不满足": "Technical requirements not met",
    },
}  # fmt: skip
