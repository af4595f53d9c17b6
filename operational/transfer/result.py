"""What an import did: counts that add up, remarks, and the text that people read.

How the rows came to their fates is in the checks; here it is only told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from operational.field import Label
from operational.transfer.loading.rows import Fate, Rows
from operational.transfer.telling.rejects import commonest


@dataclass(frozen=True)
class Remark:
    """Something that people should know: a change made to some rows, or a doubt about the file."""

    text: Label
    count: int | None = None


@dataclass(frozen=True)
class ImportResult:
    """Counts of rows: read = loaded + updated + unchanged + skipped + refused + duplicates, always.

    `created_missing` counts the records made by `--create-missing` per entity. `reasons` are the commonest
    of refusal: field, sentence, rows. `rejects` is the file with the refused rows, if there are any.
    """

    entity: str
    read: int
    loaded: int
    updated: int
    unchanged: int
    skipped: int
    refused: int
    duplicates: int
    created_missing: dict[str, int] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()
    reasons: tuple[tuple[str, Label, int], ...] = ()
    rejects: Path | None = None
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def exit_code(self) -> int:
        """0 done; 1 done, but some rows were refused (3, failed, is an exception)."""
        return 1 if self.refused else 0

    def as_json(self) -> dict[str, Any]:
        """The same as plain data, texts in both languages."""
        counts = ("entity", "read", "loaded", "updated", "unchanged", "skipped", "refused", "duplicates")
        return {
            **{name: getattr(self, name) for name in counts},
            "created_missing": dict(self.created_missing),
            "warnings": [{"zh": one.text.zh, "en": one.text.en, "rows": one.count} for one in self.warnings],
            "reasons": [
                {"field": name, "zh": reason.zh, "en": reason.en, "rows": rows}
                for name, reason, rows in self.reasons
            ],
            "rejects": str(self.rejects) if self.rejects else None,
            "seconds": round(self.seconds, 3),
            "dry_run": self.dry_run,
        }

    def summary(self, language: str) -> str:
        """The result as a few lines for people, in 'zh' or 'en'."""
        return "\n".join(line(language) for line in self._lines())

    def _lines(self) -> list[Label]:
        speed = round(self.read / self.seconds) if self.seconds else 0
        lines = [
            Label(
                f"{'试导入（未写入）' if self.dry_run else '已导入'} {self.entity}：读取 {self.read} 行，用时 {self.seconds:.1f} 秒"
                f"（每秒 {speed} 行）",
                f"{'Dry run of' if self.dry_run else 'Imported'} {self.entity}: {self.read} rows read "
                f"in {self.seconds:.1f} s ({speed} a second)",
            ),
            Label(
                f"  新增 {self.loaded}，更新 {self.updated}，未变 {self.unchanged}，跳过 {self.skipped}，"
                f"拒绝 {self.refused}，重复 {self.duplicates}",
                f"  loaded {self.loaded}, updated {self.updated}, unchanged {self.unchanged}, "
                f"skipped {self.skipped}, refused {self.refused}, duplicates {self.duplicates}",
            ),
        ]
        for name, count in self.created_missing.items():
            lines.append(Label(f"  补建 {name}：{count}", f"  made missing {name}: {count}"))
        for remark in self.warnings:
            rows_zh, rows_en = (
                (f"（{remark.count} 行）", f" ({remark.count} rows)") if remark.count else ("", "")
            )
            lines.append(Label(f"  注意：{remark.text.zh}{rows_zh}", f"  note: {remark.text.en}{rows_en}"))
        for name, reason, count in self.reasons:
            said = Label(*(text.replace("{value}", "…") for text in (reason.zh, reason.en)))
            lines.append(
                Label(
                    f"  拒绝 {count} 行：{name} {said.zh}",
                    f"  refused {count}: {name} {said.en}".replace(":  ", ": "),
                )
            )
        if self.rejects is not None:
            lines.append(Label(f"  被拒行：{self.rejects}", f"  rejects: {self.rejects}"))
        return lines


def result_of(
    entity_name: str,
    rows: Rows,
    *,
    created_missing: dict[str, int],
    warnings: list[Remark],
    rejects: Path | None,
    seconds: float,
    dry_run: bool,
) -> ImportResult:
    """The counts of rows by their fates, with everything else that is to be told."""
    remarks = [
        Remark(Label(f"{name}：{reason.zh}", f"{name}: {reason.en}"), count)
        for (name, reason), count in rows.remarks.items()
    ]
    return ImportResult(
        entity=entity_name,
        read=len(rows),
        loaded=rows.count(Fate.LOADED),
        updated=rows.count(Fate.UPDATED),
        unchanged=rows.count(Fate.UNCHANGED),
        skipped=rows.count(Fate.SKIPPED),
        refused=rows.count(Fate.REFUSED),
        duplicates=rows.count(Fate.DUPLICATE),
        created_missing=created_missing,
        warnings=(*warnings, *remarks),
        reasons=tuple(commonest(rows)),
        rejects=rejects,
        seconds=seconds,
        dry_run=dry_run,
    )
