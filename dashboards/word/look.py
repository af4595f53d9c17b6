"""How a document looks: colours and fonts, handed in so that screen and paper can share them.

Sizes and spacing of paragraphs do not belong here: they are in `styles`.
"""

import re
from dataclasses import dataclass, fields

_HEX = re.compile(r"#?[0-9A-Fa-f]{6}")

# Okabe and Ito's colours for every kind of colour vision, darkened for white paper; then their
# tints. Neighbours differ in lightness too, so that a grey print can be read.
SERIES_COLORS = (
    "0B5FA5", "E08A00", "009E73", "B5569A", "5AB1E5", "C8501E",
    "5B6B7B", "B8A200", "7FA8D1", "F0C070", "7FCBB5", "DBA9CC",
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """Colours as six hex digits, with or without `#`. Raises ValueError for anything else."""

    series: tuple[str, ...] = SERIES_COLORS
    accent: str = "0B3D6E"
    ink: str = "1B2733"
    muted: str = "5B6776"
    rule: str = "D3DAE2"
    tint: str = "F4F6F9"
    good: str = "0A7355"
    bad: str = "B3261E"
    warning: str = "9A5B00"
    # Both are on every Windows and Mac with Office, and both have free fonts of the same metrics
    # or coverage elsewhere (Liberation Sans, Noto Sans CJK), so pages break alike.
    latin_font: str = "Arial"
    east_asian_font: str = "Microsoft YaHei"

    def __post_init__(self) -> None:
        if not self.series:
            raise ValueError("look.series needs at least one colour.")
        object.__setattr__(self, "series", tuple(hex_color(color) for color in self.series))
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and not field.name.endswith("_font"):
                object.__setattr__(self, field.name, hex_color(value))

    def series_color(self, position: int) -> str:
        """The colour of the series at `position` (from 0); the colours begin again after the last."""
        return self.series[position % len(self.series)]


def hex_color(value: str) -> str:
    """Six upper-case hex digits. Raises ValueError where `value` is not a colour such as #0B5FA5."""
    if not _HEX.fullmatch(value):
        raise ValueError(f"{value!r} is not a colour; write six hex digits such as #0B5FA5.")
    return value.lstrip("#").upper()


def lighter(color: str, share: float) -> str:
    """`color` mixed with `share` (0 to 1) of white."""
    channels = (int(color[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(channel + (255 - channel) * share):02X}" for channel in channels)


def is_dark(color: str) -> bool:
    """Whether white text is more readable on `color` than dark text (WCAG relative luminance)."""
    weights = (0.2126, 0.7152, 0.0722)
    channels = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * channel for weight, channel in zip(weights, linear, strict=True)) < 0.22
