"""Every sentence that an import says about a row, in both languages; `{value}` stands for the row's own cell.

Who says which of them, and of which rows, is decided by the checks.
"""

from __future__ import annotations

from operational.field import Label


def misshapen(cells: int, width: int) -> Label:
    """A row has more or fewer cells than the header."""
    found = f"该行有 {cells} 个单元格，而表头有 {width} 个：{{value}}；"
    found_en = f"the row has {cells} cells, but the header {width}: {{value}}; "
    if cells < width:
        return Label(f"{found}请补齐分隔符", f"{found_en}add the separators that are missing")
    return Label(
        f"{found}含分隔符的单元格请加引号，或在表头为多出的一列命名",
        f"{found_en}quote the cell that holds a separator, or name the further column in the header",
    )


def required() -> Label:
    """A required field is empty."""
    return Label("必填，但为空；请填写", "is required, but empty; fill it in")


def new_without(field: Label) -> Label:
    """An update meets a key that is not there, and cannot make the record from the file's columns."""
    return Label(
        f"没有“{{value}}”可更新，而文件缺少新建所需的“{field.zh}”列；请核对编号或补上该列",
        f"there is no '{{value}}' to update, and a new one needs '{field.en}', which the file does not have: "
        "check the key, or add that column",
    )


def unlike(example: str) -> Label:
    """A text does not have the form that its field asks for."""
    return Label(
        f"“{{value}}”的写法不对；应类似 {example}",
        f"'{{value}}' is not written as it should be; write it like {example}",
    )


def no_number() -> Label:
    """A cell is no number."""
    return Label("“{value}”不是数字；请写如 1234.50", "'{value}' is no number; write one such as 1234.50")


def no_number_in(column: str) -> Label:
    """A cell that is to be added or taken away is no number."""
    return Label(
        f"“{column}”列中的“{{value}}”不是数字；请写如 1234.50",
        f"'{{value}}' in the column '{column}' is no number; write one such as 1234.50",
    )


def too_large() -> Label:
    """A number has more digits than the store keeps."""
    return Label("“{value}”位数过多；最多 18 位", "'{value}' has too many digits; 18 are the most")


def not_whole() -> Label:
    """A fraction where a whole number belongs."""
    return Label("“{value}”不是整数；请写整数", "'{value}' is not whole; write a whole number")


def rounded(decimals: int) -> Label:
    """A number lost decimals."""
    return Label(f"四舍五入为 {decimals} 位小数", f"rounded half up to {decimals} decimals")


def no_day() -> Label:
    """A cell is no day in a form that needs no guessing."""
    return Label(
        "“{value}”不是日期；请写如 2026-03-29，或在映射中写明 format",
        "'{value}' is no date; write 2026-03-29, or declare its format in a mapping",
    )


def no_moment() -> Label:
    """A cell is no instant in a form that needs no guessing."""
    return Label(
        "“{value}”不是时间；请写如 2026-03-29 14:30，或在映射中写明 format",
        "'{value}' is no time; write 2026-03-29 14:30, or declare its format in a mapping",
    )


def beyond_calendar() -> Label:
    """So many days from a day that no calendar goes there."""
    return Label(
        "由“{value}”算出的日期超出日历范围；请核对天数",
        "'{value}' leads to a day beyond every calendar; check the number of days",
    )


def not_in_format(form: str) -> Label:
    """A date does not fit the declared format."""
    return Label(f"“{{value}}”不符合格式 {form}", f"'{{value}}' is not in the declared format {form}")


def clock_change(zone: str) -> Label:
    """A wall-clock time that came twice or never."""
    return Label(
        f"因 {zone} 调整时钟，时间不唯一或不存在；取调整前的时差",
        f"the clocks changed then in {zone}: read with the offset from before the change",
    )


def no_flag() -> Label:
    """A cell is neither yes nor no."""
    return Label(
        "“{value}”既不是“是”也不是“否”；请写 是/否", "'{value}' is neither yes nor no; write yes or no"
    )


def not_among(listed: str) -> Label:
    """A value is not in the closed list."""
    return Label(
        f"“{{value}}”不在可选值中：{listed}；请改正或在映射的 values 中对应",
        f"'{{value}}' is not one of {listed}; correct it or map it with values",
    )


def control_characters() -> Label:
    """A text lost characters that nobody can see."""
    return Label("已去除不可见的控制字符", "invisible control characters were removed")


def too_long(length: int) -> Label:
    """A text is longer than its field."""
    return Label(f"超过 {length} 个字符；请缩短", f"is longer than {length} characters; shorten it")


def too_small(least: str) -> Label:
    """A number below its field's minimum."""
    return Label(f"“{{value}}”小于 {least}；请改正", f"'{{value}}' is less than {least}; correct it")


def too_great(most: str) -> Label:
    """A number above its field's maximum."""
    return Label(f"“{{value}}”大于 {most}；请改正", f"'{{value}}' is more than {most}; correct it")


def seldom_below(least: str) -> Label:
    """A number that is seldom so small was taken."""
    return Label(
        f"小于 {least}，已保留；如为笔误请更正", f"is below {least} and was kept; correct it if it is a slip"
    )


def before(earlier: Label) -> Label:
    """An end before its beginning."""
    return Label(f"早于“{earlier.zh}”；请核对两个时间", f"is before '{earlier.en}'; check both times")


def emptied(earlier: Label) -> Label:
    """A time that cannot be true was left out."""
    return Label(f"早于“{earlier.zh}”，已置空", f"was before '{earlier.en}' and was left empty")


def header_differs(field: Label) -> Label:
    """The rows of one document contradict each other."""
    return Label(
        f"同一单据的各行“{field.zh}”不一致（{{value}}）；请统一",
        f"the rows of one document differ in '{field.en}' ({{value}}); make them equal",
    )


def same_document() -> Label:
    """Another row of the document was refused."""
    return Label("同一单据（same document）的其他行被拒绝", "same document: another of its rows was refused")


def joined_twice(file: str) -> Label:
    """The second file has several rows for this one."""
    return Label(
        f"{file} 中有多行与该行相符；只能有一行",
        f"several different rows of {file} belong to this row; one may",
    )


def unknown_reference(target: Label) -> Label:
    """A reference names a record that does not exist, or that the actor may not see."""
    return Label(
        f"没有“{target.zh}”{{value}}；请先导入它，或使用 --create-missing",
        f"there is no {target.en.lower()} '{{value}}'; import it first, or use --create-missing",
    )


def uncreatable_reference(target: Label) -> Label:
    """A reference names a record that does not exist and that --create-missing cannot make."""
    return Label(
        f"没有“{target.zh}”{{value}}；请先导入它",
        f"there is no {target.en.lower()} '{{value}}'; import it first",
    )


def reference_refused(target: Label) -> Label:
    """A reference names a row of the same file that was refused."""
    return Label(
        f"所引用的“{target.zh}”{{value}}被拒绝；请先改正它",
        f"the {target.en.lower()} '{{value}}' that it names was refused; correct that first",
    )


def circle() -> Label:
    """A tree that leads back to itself."""
    return Label("上级关系构成循环；请改正", "leads back to itself; name another one")


def needs_history(state: Label, initial: Label) -> Label:
    """A state that only a finished record from another system may have."""
    return Label(
        f"新记录只能为“{initial.zh}”，不能为“{state.zh}”；迁入已完成的记录请使用 --history",
        f"a new record begins as '{initial.en}', not as '{state.en}'; to move in finished records use --history",
    )


def state_moves() -> Label:
    """A state that an update cannot set."""
    return Label(
        "状态只能通过操作改变，不能导入；迁入历史记录请使用 --history",
        "a state changes by its verbs, not by an import; to move in finished records use --history",
    )


def not_editable(state: Label) -> Label:
    """A record in a state that nobody may edit."""
    return Label(
        f"已有记录为“{state.zh}”，不可修改；迁入历史记录请使用 --history",
        f"the record is '{state.en}' and cannot be edited; to move in finished records use --history",
    )


def append_only() -> Label:
    """A record that is never changed."""
    return Label(
        "已有记录不可修改；请用新的编号登记更正", "the record is never changed; correct it by a new one"
    )


def key_taken() -> Label:
    """The key exists already."""
    return Label(
        "已存在“{value}”；可用 --on-conflict skip 或 update",
        "'{value}' exists already; use --on-conflict skip or update",
    )


def key_again() -> Label:
    """The key came before in the same file."""
    return Label(
        "“{value}”在文件中重复；可用 --on-conflict skip 或 update",
        "'{value}' comes again in the same file; use --on-conflict skip or update",
    )


def out_of_scope() -> Label:
    """A row outside what the actor may touch."""
    return Label(
        "不在您的权限范围内；请核对所属单位", "is outside what you may touch; check its organisation unit"
    )


def below_zero() -> Label:
    """A movement that would take out more than there is."""
    return Label(
        "出库后该仓库库存低于零（{value}）；请补录入库或改正数量",
        "would take the depot's stock below zero ({value}); add what came in, or correct the quantity",
    )


def overtaken() -> Label:
    """An earlier row of the same key."""
    return Label(
        "同一编号在后面的行再次出现，以最后一行为准",
        "came again in a later row of the same key, which counts",
    )


def never_computed() -> Label:
    """A formula of a spreadsheet that has no result."""
    return Label(
        "公式 {value} 从未计算，没有结果；请用表格软件打开并保存，或直接填写数值",
        "the formula {value} was never computed: open the file in a spreadsheet program and save it, or type the value",
    )


def perhaps_shares() -> Label:
    """Percentages of a spreadsheet that are all at most one."""
    return Label(
        "均不超过 1；若表格中以百分比显示，请在映射中写 scale = 100",
        "none is above 1: if the sheet shows them as percentages, write scale = 100 in a mapping",
    )


def not_computed_here() -> Label:
    """A column of a field that the machine computes."""
    return Label("由系统计算，文件中的值未采用", "is computed, so the file's value was not taken")


def unlikely_year() -> Label:
    """A day that is probably a slip."""
    return Label("年份早于 1900 或晚于 2200；请核对", "lies before 1900 or after 2200: check it")


def no_price() -> Label:
    """A line whose amount cannot be computed."""
    return Label("无单价也无金额，金额留空", "neither price nor amount was found: the amount stays empty")


def unlikely_email() -> Label:
    """A text that is probably no e-mail address."""
    return Label("不像邮箱地址，已按原样保留", "does not look like an e-mail address; it was kept as it is")


def line_break() -> Label:
    """A line break in a field of one line."""
    return Label("单行字段中的换行已改为空格", "a line break in a field of one line became a blank")
