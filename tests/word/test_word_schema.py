"""Word refuses a file whose elements stand in another order than ECMA-376 (transitional) says."""

import pytest
from lxml import etree

from tests.word.docx_reading import parts
from tests.word.report_sample import sample

DRAWN = "idx order tx spPr"
SHOWN = "showLegendKey showVal showCatName showSerName showPercent showBubbleSize"
LABEL = f"numFmt spPr txPr dLblPos {SHOWN}"
AXIS = (
    "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark"
    " tickLblPos spPr txPr crossAx crosses"
)
# For each element of a chart, its children in the schema's order.
CHART_ORDER = {
    "chartSpace": "date1904 lang roundedCorners style clrMapOvr chart spPr txPr externalData",
    "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs",
    "plotArea": "layout barChart|areaChart|pieChart|doughnutChart|scatterChart|lineChart catAx|valAx spPr",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap axId",
    "lineChart": "grouping varyColors ser dLbls marker smooth axId",
    "areaChart": "grouping varyColors ser dLbls axId",
    "scatterChart": "scatterStyle varyColors ser dLbls axId",
    "pieChart": "varyColors ser dLbls firstSliceAng",
    "doughnutChart": "varyColors ser dLbls firstSliceAng holeSize",
    "ser": f"{DRAWN} invertIfNegative marker explosion dPt dLbls cat val xVal yVal smooth",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr",
    "dLbls": f"dLbl delete {LABEL} showLeaderLines",
    "dLbl": f"idx delete layout tx {LABEL}",
    "marker": "symbol size spPr",
    "catAx": f"{AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    "valAx": f"{AXIS} crossBetween majorUnit",
    "scaling": "orientation max min",
    "legend": "legendPos legendEntry overlay spPr txPr",
    "title": "tx layout overlay",
    "strRef": "f strCache",
    "numRef": "f numCache",
    "strCache": "ptCount pt",
    "numCache": "formatCode ptCount pt",
    "spPr": "noFill solidFill pattFill ln",
    "txPr": "bodyPr lstStyle p",
    "ln": "noFill solidFill prstDash round",
    "defRPr": "solidFill latin ea cs",
}
WORD_ORDER = {
    "document": "body",
    "p": "pPr *",
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs snapToGrid spacing"
    " ind jc outlineLvl",
    "r": "rPr *",
    "rPr": "rFonts b bCs i iCs color sz szCs lang",
    "pBdr": "top left bottom right",
    "tbl": "tblPr tblGrid tr",
    "tblPr": "tblStyle tblStyleRowBandSize tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "tr": "trPr tc",
    "tc": "tcPr p",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "tcBorders": "top left bottom right",
    "sdt": "sdtPr sdtContent",
    "sectPr": "headerReference footerReference pgSz pgMar titlePg",
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr tblStylePr",
    "tblStylePr": "pPr rPr tblPr trPr tcPr",
    "styles": "docDefaults style",
    "numbering": "abstractNum num",
    "abstractNum": "multiLevelType lvl",
    "lvl": "start numFmt pStyle suff lvlText lvlJc pPr rPr",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol"
    " listSeparator",
    "compat": "doNotExpandShiftReturn compatSetting",
    "font": "altName panose1 charset family pitch",
}


def misplaced(part: bytes, order: dict[str, str]) -> list[str]:
    """Elements that stand after one that must follow them, or that the order does not know.

    In `order` children follow each other; those joined by | may mix, * is any other.
    """
    found = []
    for element in etree.fromstring(part).iter():
        name = etree.QName(element).localname
        if name not in order:
            continue
        allowed = [group.split("|") for group in order[name].split()]
        position = 0
        for child in element:
            tag = etree.QName(child).localname
            fitting = [at for at, group in enumerate(allowed) if tag in group or group == ["*"]]
            at = fitting[0] if fitting else -1
            if at < position:
                found.append(f"{name}/{tag}")
            position = max(position, at)
    return found


@pytest.mark.parametrize("cover", [False, True])
def test_elements_stand_in_the_order_of_the_schema(cover: bool) -> None:
    found = parts(sample("zh", cover=cover).save())
    charts = [blob for name, blob in found.items() if name.startswith("word/charts/chart")]
    texts = [blob for name, blob in found.items() if name.startswith("word/") and name.count("/") == 1]
    assert len(charts) == 9
    assert len(texts) >= 7
    assert [name for blob in charts for name in misplaced(blob, CHART_ORDER)] == []
    assert [name for blob in texts for name in misplaced(blob, WORD_ORDER)] == []


def test_the_check_sees_a_wrong_order() -> None:
    wrong = b'<p xmlns="x"><r><t/><rPr><sz/><b/></rPr></r><pPr><unknown/></pPr></p>'
    assert misplaced(wrong, WORD_ORDER) == ["p/pPr", "r/rPr", "rPr/b", "pPr/unknown"]


def test_label_positions_suit_the_kind_of_chart() -> None:
    """Word calls a file damaged whose labels stand where its kind of chart has no place for them."""
    allowed = {
        "barChart": {"outEnd", "ctr", "inEnd", "inBase"}, "lineChart": {"t", "b", "l", "r", "ctr"},
        "pieChart": {"bestFit", "ctr", "inEnd", "outEnd"}, "doughnutChart": set(), "areaChart": set(),
    }  # fmt: skip
    charts = [
        blob for name, blob in parts(sample("en").save()).items() if name.startswith("word/charts/chart")
    ]
    seen = set()
    for chart in charts:
        for kind, places in allowed.items():
            for plot in etree.fromstring(chart).iter(f"{{*}}{kind}"):
                used = {place.get("val") for place in plot.iter("{*}dLblPos")}
                grouping = plot.find("{*}grouping")
                if grouping is not None and grouping.get("val") == "stacked":
                    places = places - {"outEnd"}
                assert used <= places
                seen.add(kind)
    assert seen == set(allowed)
