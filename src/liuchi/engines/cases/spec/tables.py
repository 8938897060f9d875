"""Types and conditions as sheets of a workbook, headed in Chinese."""

from __future__ import annotations

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import SheetColumn, SheetTable

TYPES = SheetTable(
    title=Sentence("案卷类别", "Types of cases"),
    path=("cases", "types"),
    columns=(
        SheetColumn(Sentence("编号", "Code"), ("code",)),
        SheetColumn(Sentence("类别", "Title"), ("title",)),
        SheetColumn(Sentence("上级编号", "Under"), ("parent",)),
        SheetColumn(Sentence("国标编码", "National code"), ("gb_code",)),
        SheetColumn(Sentence("备注", "Note"), ("note",)),
    ),
)
CONDITIONS = SheetTable(
    title=Sentence("立案条件", "Conditions"),
    path=("cases", "conditions"),
    columns=(
        SheetColumn(Sentence("编号", "Code"), ("code",)),
        SheetColumn(Sentence("类别编号", "Type"), ("type",)),
        SheetColumn(Sentence("立案条件", "Title"), ("title",)),
        SheetColumn(Sentence("派遣时限", "Dispatch within"), ("limits", "dispatch")),
        SheetColumn(Sentence("处置时限", "Handle within"), ("limits", "handling")),
        SheetColumn(Sentence("核查时限", "Check within"), ("limits", "check")),
        SheetColumn(Sentence("全程时限", "In all"), ("limits", "total")),
        SheetColumn(Sentence("结案条件", "Closing"), ("closing",)),
        SheetColumn(Sentence("责任单位", "Unit"), ("responsible",)),
    ),
)
TABLES = (TYPES, CONDITIONS)
