"""The few words that a document says by itself, in both languages.

What the document is about does not belong here: the caller brings its own text.
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Words:
    """Labels; `page` is what stands before, between and after the two page numbers."""

    tag: str
    colon: str
    figure: str
    table: str
    contents: str
    page: tuple[str, str, str]
    period: str
    as_of: str
    freshness: str
    quality: str
    formula: str
    unit: str
    owner: str
    version: str
    no_data: str
    partial: str
    limits: str
    note: str
    stop: str
    gap: str


_WORDS: dict[str, Words] = {
    "zh": Words(
        tag="zh-CN", colon="：", figure="图", table="表", contents="目录",
        page=("第 ", " 页，共 ", " 页"), period="报告期间", as_of="数据截至", freshness="数据更新",
        quality="质量检查", formula="公式", unit="单位", owner="负责部门", version="版本",
        no_data="本期没有数据。",
        partial="虚线、斜纹或空心点表示期间尚未结束，数值不完整。", limits="细虚线为", note="注",
        stop="。", gap="",
    ),
    "en": Words(
        tag="en-US", colon=": ", figure="Figure", table="Table", contents="Contents",
        page=("Page ", " of ", ""), period="Period", as_of="Data as of", freshness="Last refresh",
        quality="Quality checks", formula="Formula", unit="Unit", owner="Owner", version="Version",
        no_data="No data in this period.",
        partial="Dashes, hatching or hollow points: the period is not over yet and its value is incomplete.",
        limits="Thin dashes: ", note="Note", stop=".", gap=" ",
    ),
}  # fmt: skip


def words_of(language: str) -> Words:
    """The words of `language`. Raises ValueError for another language than zh or en."""
    try:
        return _WORDS[language]
    except KeyError:
        raise ValueError(f"Language {language!r} is not known; use zh or en.") from None
