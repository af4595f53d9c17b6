"""Surnames in the order of their frequency, and given names that people of working age have.

How persons are named without repeats is the business of names.py.
"""

from __future__ import annotations

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范"
    "汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严洪赖武莫孔汤向常温康施文牛樊葛邢安齐易乔"
)

SINGLE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚辉玲健鹏斌波宁凯浩峰旭毅欣颖琳婷雯蕾倩莹洁瑶悦晨曦阳岩松柏楠睿哲航宇轩帆锐彬"

FORE = "志建国文晓海春嘉俊雅思子雨佳明永立德泽宏天丽秀梓婉诗若书心慧静家学景启承世庆"
BACK = "华强军平明辉峰杰鹏飞宇轩豪涛波斌琳婷怡欣敏玲芳萍燕娟云洁颖倩雯瑶琪涵彤晨阳林成远安宁达"
