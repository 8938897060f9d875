"""Tells playbooks what an indicator looks like and which ones are refused."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from pydantic import BaseModel

from liuchi.engines.indicators.rules.checks import RANKS_PEOPLE, SECTION, known_names
from liuchi.engines.indicators.rules.words import definition
from liuchi.engines.indicators.spec import IndicatorsSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import Section


def explain(section: BaseModel, language: str) -> Sequence[str]:
    """Say each indicator in a line."""
    if not isinstance(section, IndicatorsSpec):
        return ()
    kinds = registry.fact_kinds()
    colon = ": " if language.startswith("en") else "："
    return [
        f"{spec.title}{colon}"
        + " ".join(line.in_language(language) for line in definition(spec, kinds).lines[:-1])
        for spec in section.root
    ]


class IndicatorsConfig(AppConfig):
    """The engine ``indicators``."""

    name = "liuchi.engines.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Register the section."""
        registry.register_section(
            Section(
                SECTION,
                IndicatorsSpec,
                Sentence("指标", "Indicators"),
                lints=(RANKS_PEOPLE,),
                checks=(known_names,),
                explain=explain,
            )
        )
