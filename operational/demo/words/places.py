"""Where the demonstration company works: areas with their branch and depot, provinces, cities, offices and partners.

Only lists, with English names where they are not spelt in pinyin; who sits where is decided in organisation.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """A part of the country with its branch; `share` is its part of the customers."""

    code: str
    name: str
    name_en: str
    seat: str
    share: float
    offices: tuple[tuple[str, str], ...]  # city of the office, province code that it serves
    agent: tuple[str, str]  # names in both languages, as those of dealers
    dealers: tuple[tuple[str, str], ...]


AREAS = (
    Area("HD", "华东", "East China", "上海", 0.34, (("南京", "JS"), ("杭州", "ZJ"), ("合肥", "AH")),
         ("苏州恒益机电设备代理有限公司", "Suzhou Hengyi Electromechanical Agency Co., Ltd."), (("宁波甬盛机电经销部", "Ningbo Yongsheng Machinery Dealers"), ("徐州淮海泵业经销部", "Xuzhou Huaihai Pump Dealers"))),
    Area("HN", "华南", "South China", "广州", 0.20, (("深圳", "GD"), ("福州", "FJ"), ("南宁", "GX")),
         ("佛山南力机电设备代理有限公司", "Foshan Nanli Electromechanical Agency Co., Ltd."), (("东莞莞城气动经销部", "Dongguan Guancheng Pneumatics Dealers"), ("泉州刺桐机电经销部", "Quanzhou Citong Machinery Dealers"))),
    Area("HB", "华北", "North China", "北京", 0.15, (("天津", "TJ"), ("济南", "SD"), ("太原", "SX")),
         ("石家庄冀中机电设备代理有限公司", "Shijiazhuang Jizhong Electromechanical Agency Co., Ltd."), (("青岛海湾泵业经销部", "Qingdao Haiwan Pump Dealers"), ("唐山滦河机电经销部", "Tangshan Luanhe Machinery Dealers"))),
    Area("HZ", "华中", "Central China", "武汉", 0.11, (("长沙", "HN"), ("郑州", "HA"), ("南昌", "JX")),
         ("洛阳伊川机电设备代理有限公司", "Luoyang Yichuan Electromechanical Agency Co., Ltd."), (("宜昌峡江泵业经销部", "Yichang Xiajiang Pump Dealers"), ("株洲湘东机电经销部", "Zhuzhou Xiangdong Machinery Dealers"))),
    Area("XN", "西南", "Southwest China", "成都", 0.09, (("重庆", "CQ"), ("昆明", "YN")),
         ("绵阳涪城机电设备代理有限公司", "Mianyang Fucheng Electromechanical Agency Co., Ltd."), (("贵阳筑城机电经销部", "Guiyang Zhucheng Machinery Dealers"),)),
    Area("DB", "东北", "Northeast China", "沈阳", 0.06, (("长春", "JL"), ("哈尔滨", "HL")),
         ("大连渤海机电设备代理有限公司", "Dalian Bohai Electromechanical Agency Co., Ltd."), (("鞍山千山泵业经销部", "Anshan Qianshan Pump Dealers"),)),
    Area("XB", "西北", "Northwest China", "西安", 0.05, (("兰州", "GS"), ("乌鲁木齐", "XJ")),
         ("宝鸡秦岭机电设备代理有限公司", "Baoji Qinling Electromechanical Agency Co., Ltd."), (("银川贺兰机电经销部", "Yinchuan Helan Machinery Dealers"),)),
)  # fmt: skip

# Province code (as in ISO 3166-2:CN), name, its area, its part of the area's customers, its cities.
PROVINCES: tuple[tuple[str, str, str, float, str], ...] = (
    ("SH", "上海", "HD", 0.25, "上海"),
    ("JS", "江苏", "HD", 0.35, "苏州 无锡 南京 常州 南通 扬州 徐州 镇江 泰州 盐城"),
    ("ZJ", "浙江", "HD", 0.28, "杭州 宁波 温州 嘉兴 绍兴 台州 湖州 金华"),
    ("AH", "安徽", "HD", 0.12, "合肥 芜湖 马鞍山 滁州 安庆"),
    ("GD", "广东", "HN", 0.64, "广州 深圳 佛山 东莞 中山 惠州 珠海 江门 汕头"),
    ("FJ", "福建", "HN", 0.22, "福州 厦门 泉州 漳州 龙岩"),
    ("GX", "广西", "HN", 0.11, "南宁 柳州 桂林 玉林"),
    ("HI", "海南", "HN", 0.03, "海口 三亚"),
    ("BJ", "北京", "HB", 0.20, "北京"),
    ("TJ", "天津", "HB", 0.16, "天津"),
    ("HE", "河北", "HB", 0.19, "石家庄 唐山 保定 邯郸 沧州"),
    ("SX", "山西", "HB", 0.09, "太原 大同 长治 晋中"),
    ("SD", "山东", "HB", 0.30, "济南 青岛 烟台 潍坊 淄博 临沂 威海"),
    ("NM", "内蒙古", "HB", 0.06, "呼和浩特 包头 鄂尔多斯"),
    ("HB", "湖北", "HZ", 0.32, "武汉 宜昌 襄阳 荆州 黄石"),
    ("HN", "湖南", "HZ", 0.25, "长沙 株洲 湘潭 衡阳 岳阳"),
    ("HA", "河南", "HZ", 0.27, "郑州 洛阳 新乡 许昌 南阳"),
    ("JX", "江西", "HZ", 0.16, "南昌 九江 赣州 宜春"),
    ("SC", "四川", "XN", 0.42, "成都 绵阳 德阳 宜宾 泸州"),
    ("CQ", "重庆", "XN", 0.26, "重庆"),
    ("GZ", "贵州", "XN", 0.13, "贵阳 遵义 安顺"),
    ("YN", "云南", "XN", 0.17, "昆明 曲靖 玉溪"),
    ("XZ", "西藏", "XN", 0.02, "拉萨"),
    ("LN", "辽宁", "DB", 0.52, "沈阳 大连 鞍山 营口 锦州"),
    ("JL", "吉林", "DB", 0.25, "长春 吉林 四平"),
    ("HL", "黑龙江", "DB", 0.23, "哈尔滨 大庆 齐齐哈尔"),
    ("SN", "陕西", "XB", 0.44, "西安 宝鸡 咸阳 榆林"),
    ("GS", "甘肃", "XB", 0.20, "兰州 天水 酒泉"),
    ("QH", "青海", "XB", 0.06, "西宁"),
    ("NX", "宁夏", "XB", 0.12, "银川 石嘴山"),
    ("XJ", "新疆", "XB", 0.18, "乌鲁木齐 昌吉 库尔勒"),
)

COMPANY = ("瑞盈装备股份有限公司", "Ruiying Equipment Co., Ltd.")
CENTRAL_DEPOT = ("CK-SZ", "苏州中心仓", "Suzhou Central Depot")
