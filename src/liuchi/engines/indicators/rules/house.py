"""The formulas the house keeps, as the reference page everybody may read."""

from __future__ import annotations

from collections.abc import Mapping

from liuchi.engines.indicators.rules.words import AS_OF, Definition, definition
from liuchi.engines.indicators.spec import IndicatorsSpec
from liuchi.playbooks.registry import FactKind, HouseSet

_RENEW = "liuchi playbook formulas > docs/reference/rates.md"
_HEAD = """\
# Rates · 各项率的算法

Generated from what the engines keep (`measures.py`); do not edit. To renew it:

```
{renew}
```

一个工作法在 `indicators` 里写上 `- house: {first}`，就用下面这些指标；一种率只有一个算法。
分母为零显示“—”，不显示 0，也不显示 100%。只按地方、类别、单位汇总，不按工作人员个人汇总。
批准剔除的案卷不计：由一人提出、写明原因，另一人批准，都列在剔除台账里。

A playbook that writes `- house: {first}` among its `indicators` has the figures below, each with
one formula. A zero denominator shows "—". They are by place, type and unit, never by a member of
staff. A case left out has a reason, somebody who asked and another who approved it.

{as_of_zh}

{as_of_en}
"""


def house_markdown(sets: Mapping[str, HouseSet], kinds: Mapping[str, FactKind]) -> str:
    """Return ``docs/reference/rates.md``: each figure with its formula in plain words."""
    kept = [each for each in sets.values() if each.section == "indicators"]
    parts = [_HEAD.format(renew=_RENEW, first=kept[0].name, as_of_zh=AS_OF.zh, as_of_en=AS_OF.en)]
    for each in kept:
        parts.append(f"\n## `{each.name}` {each.title.zh} · {each.title.en}\n")
        specs = IndicatorsSpec.model_validate(list(each.items)).root
        parts += [_figure(definition(spec, kinds)) for spec in specs]
    return "".join(parts)


def _figure(held: Definition) -> str:
    lines = [f"\n### {held.title} `{held.code}`\n\n"]
    lines += [
        f"- {line.in_language('zh')}\n- {line.in_language('en')}\n" for line in held.lines[:-1]
    ]
    lines.append(f"\n计：{held.counted}。\n不计：{held.not_counted}。\n")
    lines += [f"依据：{held.source}。\n"] if held.source else []
    return "".join(lines)
