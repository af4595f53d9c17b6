"""English spellings that pinyin does not give: places known otherwise, and characters that are read otherwise in names.

How names are spelt is the business of spelling.py.
"""

from __future__ import annotations

PLACES = {
    "内蒙古": "Inner Mongolia", "陕西": "Shaanxi", "西藏": "Tibet", "西安": "Xi'an", "马鞍山": "Ma'anshan", "长治": "Changzhi",
    "呼和浩特": "Hohhot", "鄂尔多斯": "Ordos", "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "乌鲁木齐": "Urumqi", "库尔勒": "Korla",
    "拉萨": "Lhasa",
}  # fmt: skip
IN_NAMES = {"长": "chang", "晟": "sheng", "曾": "zeng", "吕": "lyu"}
