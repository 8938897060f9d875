"""Tells playbooks what an indicator looks like and which ones are refused."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.apps import AppConfig
from pydantic import BaseModel

from liuchi.engines.indicators import facts
from liuchi.engines.indicators.rules.checks import (
    PUBLIC_FIGURES,
    RANKS_PEOPLE,
    SECTION,
    TARGETS,
    TIMES_SOMEBODY,
    known_indicators,
    known_names,
    overlaps_have_one_stretch,
    people_are_not_picked_out,
    target_of_all_is_a_share,
)
from liuchi.engines.indicators.rules.words import definition, public_line, target_line
from liuchi.engines.indicators.spec import IndicatorsSpec, PublicFiguresSpec, TargetsSpec
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


def explain_targets(section: BaseModel, language: str) -> Sequence[str]:
    """Say each target in a line."""
    held = section.root if isinstance(section, TargetsSpec) else ()
    return [target_line(each).in_language(language) for each in held]


def explain_public(section: BaseModel, language: str) -> Sequence[str]:
    """Say what is public in a line each."""
    held = section.root if isinstance(section, PublicFiguresSpec) else ()
    return [public_line(each).in_language(language) for each in held]


class IndicatorsConfig(AppConfig):
    """The engine ``indicators``."""

    name = "liuchi.engines.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Register the sections and the fact kinds."""
        registry.register_fact_kind(*facts.KINDS)
        for section in _sections():
            registry.register_section(section)


def _sections() -> tuple[Section, ...]:
    return (
        Section(
            SECTION,
            IndicatorsSpec,
            Sentence("指标", "Indicators"),
            lints=(RANKS_PEOPLE, TIMES_SOMEBODY),
            checks=(known_names,),
            explain=explain,
        ),
        Section(
            TARGETS,
            TargetsSpec,
            Sentence("目标", "Targets"),
            checks=(partial(known_indicators, TARGETS), target_of_all_is_a_share),
            explain=explain_targets,
        ),
        Section(
            PUBLIC_FIGURES,
            PublicFiguresSpec,
            Sentence("公开的指标", "Public figures"),
            checks=(
                partial(known_indicators, PUBLIC_FIGURES),
                people_are_not_picked_out,
                overlaps_have_one_stretch,
            ),
            explain=explain_public,
        ),
    )
