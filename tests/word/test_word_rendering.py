"""A document as a reader sees it: LibreOffice lays it out, and what is on paper is read back."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dashboards.word.words import Language
from tests.word.report_sample import sample

missing = [program for program in ("soffice", "pdftotext") if shutil.which(program) is None]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, list[str]]:
    """The text of each page, by language, from one run of LibreOffice."""
    folder: Path = tmp_path_factory.mktemp("printed")
    languages: list[Language] = ["zh", "en"]
    for language in languages:
        (folder / f"{language}.docx").write_bytes(sample(language).save())
    own_profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    files = [str(folder / f"{language}.docx") for language in languages]
    convert = ["soffice", own_profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)

    def pages(language: Language) -> list[str]:
        read = ["pdftotext", "-layout", str(folder / f"{language}.pdf"), "-"]
        said = subprocess.run(read, check=True, capture_output=True, timeout=60).stdout.decode()
        return said.split("\f")[:-1]

    return {language: pages(language) for language in languages}


@pytest.mark.parametrize(
    ("language", "footer", "texts"),
    [
        (
            "zh",
            "第 {} 页，共 {} 页",
            ["经营月报", "数据质量：", "▲ 12.4%", "图 1 月度销售额", "1,770,000.00", "细虚线为95%。"],
        ),
        (
            "en",
            "Page {} of {}",
            ["Monthly review", "Data quality:", "▲ 12.4%", "Figure 1 Monthly revenue", "Thin dashes: 95%."],
        ),
    ],
)
def test_it_prints_whole_with_page_numbers(
    printed: dict[Language, list[str]], language: Language, footer: str, texts: list[str]
) -> None:
    pages = printed[language]
    # Without blanks: layout sets its own between Chinese and Latin.
    flat = "".join("".join(pages).split())
    assert [text for text in texts if text.replace(" ", "") not in flat] == []
    assert 4 <= len(pages) <= 8
    for number, text in enumerate(pages, start=1):
        assert footer.format(number, len(pages)) in " ".join(text.split())


def test_a_long_table_repeats_its_header_on_the_next_page(printed: dict[Language, list[str]]) -> None:
    pages = [page for page in printed["en"] if "Customer 1 " in page or "Customer 59" in page]
    assert len(pages) == 2
    for page in pages:
        assert any(line.split() == ["Customer", "Level", "Revenue"] for line in page.splitlines())


def test_charts_show_their_labels(printed: dict[Language, list[str]]) -> None:
    flat = " ".join(printed["zh"])
    for text in ("华东", "西南", "2026-11", "未解决比例", "50%"):
        assert text in flat
