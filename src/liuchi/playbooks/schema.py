"""The JSON Schema of a playbook, with the names this installation knows filled in."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from liuchi.playbooks import registry
from liuchi.playbooks.core import PERSONAL_FIELDS, Core
from liuchi.playbooks.source import FROM_FILE, HOUSE

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the schema an editor completes from.

    Every installed section is a property; names that point somewhere (fact kinds,
    dimensions, personal fields, flow targets) are enumerated as they are registered
    now. A list or section may also be ``{from_file: name.yaml}``.
    """
    schema: dict[str, Any] = copy.deepcopy(Core.model_json_schema(by_alias=True))
    definitions = schema.setdefault("$defs", {})
    for name, section in registry.sections().items():
        part = copy.deepcopy(section.model.model_json_schema(by_alias=True))
        inner = {f"{name}.{k}": v for k, v in part.pop("$defs", {}).items()}
        _redirect(part, name)
        _redirect(inner, name)
        definitions.update(inner)
        part["title"] = section.title.zh
        definitions[name] = part
        schema["properties"][name] = {"$ref": f"#/$defs/{name}"}
    _fill_names(schema, _names())
    _admit_files(schema)
    _admit_house(definitions)
    return {"$schema": DIALECT, **schema}


def _names() -> Mapping[str, list[str]]:
    """Return which property takes which registered names."""
    kinds = registry.fact_kinds()
    dimensions = sorted({name for kind in kinds.values() for name in kind.dimensions})
    return {
        "of": sorted(kinds),
        "when": sorted(kinds),
        "then": sorted(registry.flow_targets()),
        "count_distinct": dimensions,
        "sum": [*dimensions, registry.AMOUNT],
    }


def _fill_names(node: Any, names: Mapping[str, list[str]]) -> None:
    if isinstance(node, list):
        for item in node:
            _fill_names(item, names)
    if not isinstance(node, dict):
        return
    for key, held in node.get("properties", {}).items():
        if key in names and names[key] and held.get("type") == "string" and "enum" not in held:
            held["enum"] = names[key]
    if node.get("title") == "Purpose" and "properties" in node:
        node["properties"]["fields"]["items"] = {"enum": sorted(PERSONAL_FIELDS)}
    for held in node.values():
        _fill_names(held, names)


def _redirect(node: Any, section: str) -> None:
    """Point references at the section's own definitions in the joined schema."""
    if isinstance(node, list):
        for item in node:
            _redirect(item, section)
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            node["$ref"] = node["$ref"].replace("#/$defs/", f"#/$defs/{section}.")
        mapping = node.get("discriminator", {})
        if isinstance(mapping, dict) and "mapping" in mapping:
            _redirect_mapping(mapping["mapping"], section)
        for held in node.values():
            _redirect(held, section)


def _redirect_mapping(mapping: dict[str, str], section: str) -> None:
    for key, ref in mapping.items():
        mapping[key] = ref.replace("#/$defs/", f"#/$defs/{section}.")


def _admit_files(node: Any) -> None:
    """Let every list property, and every section, also be the content of another file."""
    if isinstance(node, list):
        for item in node:
            _admit_files(item)
    if not isinstance(node, dict):
        return
    for held in node.values():
        _admit_files(held)
    properties = node.get("properties", {})
    for key, held in properties.items():
        if held.get("type") == "array" or "$ref" in held:
            properties[key] = {"anyOf": [held, _INCLUDED]}


def _admit_house(definitions: dict[str, Any]) -> None:
    """Let an item of a section that is a list also name what the house keeps for it."""
    kept: dict[str, list[str]] = {}
    for each in registry.house_sets().values():
        kept.setdefault(each.section, []).append(each.name)
    for section, names in kept.items():
        named = {
            "type": "object",
            "properties": {HOUSE: {"enum": sorted(names)}},
            "required": [HOUSE],
            "additionalProperties": False,
        }
        held = definitions[section]
        held["items"] = {"anyOf": [held["items"], named]}


_INCLUDED = {
    "type": "object",
    "properties": {FROM_FILE: {"type": "string"}},
    "required": [FROM_FILE],
    "additionalProperties": False,
}
