"""What customers call the service department about: faults with the words of a subject, channels, complaints, causes.

How often and how long is said in laws.py.
"""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """A kind of fault, which is also the skill that it asks for; weight among requests without a replacement.

    What only happens to machines with moving or pressed parts is mechanical; elsewhere it is electrical instead.
    """

    name: str
    weight: float
    subjects: tuple[str, ...]
    is_mechanical: bool = False


FAULTS = (
    Fault("异响振动", 0.13, ("运行时异响", "振动偏大", "停机时有摩擦声"), True),
    Fault("泄漏", 0.13, ("接合面渗油", "密封处滴漏", "管路接头泄漏"), True),
    Fault("温度过高", 0.12, ("温度过高报警", "机壳发烫", "高温跳机")),
    Fault("压力不足", 0.12, ("压力上不去", "出口压力波动", "加载后压力偏低"), True),
    Fault("电气故障", 0.14, ("无法启动", "运行中跳闸", "过流报警")),
    Fault("控制程序", 0.09, ("参数丢失需重新设置", "触摸屏无显示", "通讯中断")),
    Fault("传感器异常", 0.09, ("读数漂移", "信号丢失报警", "显示值与现场不符")),
    Fault("安装调试", 0.10, ("新机安装调试", "移机后重新调试", "并机联控调试")),
    Fault("使用咨询", 0.08, ("保养周期咨询", "操作培训需求", "配件选型咨询")),
)

CHANNELS = (("电话", 0.52), ("微信", 0.26), ("邮件", 0.09), ("现场", 0.08), ("官网", 0.05))
PRIORITIES = (("紧急", 0.14), ("高", 0.26), ("普通", 0.46), ("低", 0.14))

ELECTRICAL_CATEGORIES = ("变频器", "伺服系统", "传感器", "控制柜")
ELECTRICAL_FAULT = "电气故障"

REPLACED_NOTE = "更换损坏件并校准，客户确认恢复。"
NOTES = (
    "已电话指导客户处理，运行正常。",
    "现场检修完成，试机两小时无异常。",
    "重新设定参数并培训操作员，恢复正常。",
    "清洗并紧固后恢复，建议缩短保养周期。",
)


class Cause(NamedTuple):
    """A cause of complaints: weight, what customers write, what we do about it."""

    name: str
    weight: float
    subjects: tuple[str, ...]
    resolution: str


CAUSES = (
    Cause(
        "产品质量", 0.30, ("到货后试机不合格", "使用不久即出现故障", "外观有磕碰划伤"), "换货并承担往返运费。"
    ),
    Cause(
        "交货延迟",
        0.26,
        ("交期一再推迟", "发货晚于约定日期", "配件迟迟未到"),
        "协调仓库优先发运，并向客户致歉。",
    ),
    Cause(
        "服务响应",
        0.18,
        ("报修后长时间无人联系", "工程师未按约定时间到场", "同一问题多次上门"),
        "更换责任工程师并安排主管回访。",
    ),
    Cause("包装运输", 0.12, ("包装破损", "运输途中受潮", "少件错件"), "补发缺件并更换承运商。"),
    Cause("开票结算", 0.08, ("发票信息有误", "对账金额不符", "价格与合同不一致"), "核对后重开发票。"),
    Cause("技术资料", 0.06, ("说明书与实物不符", "缺少合格证", "图纸版本错误"), "补寄资料并更新资料库。"),
)
