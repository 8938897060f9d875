"""GeoReport v2 written down as schemas, from the wiki's text: JSON Schema and XML Schema.

Which fields an answer has, which may be empty, and what form they have; both languages say
the same. ``object`` is what a list holds.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

W3C = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$"
TEXT = {"type": "string", "minLength": 1}
MAYBE = {"type": ["string", "null"]}
MOMENT = {"type": "string", "pattern": W3C}
MAYBE_MOMENT = {"anyOf": [MOMENT, {"type": "null"}]}
DATATYPES = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]


def closed(**fields: Any) -> dict[str, Any]:
    """Return an object that has exactly these fields."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def rows(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


REQUEST = closed(
    service_request_id=TEXT,
    status={"enum": ["open", "closed"]},
    status_notes=MAYBE,
    service_name=MAYBE,
    service_code=TEXT,
    description=MAYBE,
    agency_responsible=MAYBE,
    service_notice=MAYBE,
    requested_datetime=MOMENT,
    updated_datetime=MAYBE_MOMENT,
    expected_datetime=MAYBE_MOMENT,
    address=MAYBE,
    address_id=MAYBE,
    zipcode=MAYBE,
    lat={"type": ["number", "null"], "minimum": -90, "maximum": 90},
    long={"type": ["number", "null"], "minimum": -180, "maximum": 180},
    media_url=MAYBE,
)
JSON: dict[str, dict[str, Any]] = {
    "discovery": closed(
        changeset=MOMENT,
        contact=TEXT,
        key_service=TEXT,
        endpoints=rows(
            closed(
                specification={"const": "http://wiki.open311.org/GeoReport_v2"},
                url={"type": "string", "pattern": "^https?://"},
                changeset=MOMENT,
                type={"enum": ["production", "test", "dev"]},
                formats=rows({"enum": ["text/xml", "application/json"]}),
            )
        ),
    ),
    "services": rows(
        closed(
            service_code=TEXT,
            service_name=TEXT,
            description=MAYBE,
            metadata={"type": "boolean"},
            type={"enum": ["realtime", "batch", "blackbox"]},
            keywords=MAYBE,
            group=MAYBE,
        )
    ),
    "service_definition": closed(
        service_code=TEXT,
        attributes=rows(
            closed(
                variable={"type": "boolean"},
                code=TEXT,
                datatype={"enum": DATATYPES},
                required={"type": "boolean"},
                datatype_description=MAYBE,
                order={"type": "integer", "minimum": 1},
                description=TEXT,
                values=rows(closed(key=TEXT, name=TEXT)),
            )
        ),
    ),
    "service_requests": rows(REQUEST),
    "token": rows(closed(service_request_id=TEXT, token=TEXT)),
    "created": rows(
        closed(service_request_id=TEXT, service_notice=MAYBE, account_id=MAYBE),
    ),
    "service_request_updates": rows(
        closed(
            update_id=TEXT,
            service_request_id=TEXT,
            status={"enum": ["open", "closed"]},
            updated_datetime=MOMENT,
            description=MAYBE,
            media_url=MAYBE,
        )
    ),
    "updated": rows(closed(update_id=TEXT)),
    "errors": {
        **rows(closed(code={"type": "integer", "minimum": 400}, description=TEXT)),
        "minItems": 1,
    },
}
_ITEM = {
    "services": "service",
    "service_requests": "request",
    "token": "request",
    "created": "request",
    "service_request_updates": "request_update",
    "updated": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_ROOT = {"token": "service_requests", "created": "service_requests",
         "updated": "service_request_updates"}  # fmt: skip


def xml_schema(name: str) -> etree.XMLSchema:
    """Return the XML Schema of an answer: the JSON Schema's fields, as XML writes them."""
    element = _element(_ROOT.get(name, name), JSON[name], _ITEM.get(name, ""))
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{element}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(text))


def _element(name: str, schema: dict[str, Any], item: str = "", occurs: str = "") -> str:
    if schema.get("type") == "array":
        held = _element(
            item or _ITEM[name], schema["items"], "", ' minOccurs="0" maxOccurs="unbounded"'
        )
        kind = f"<xs:complexType><xs:sequence>{held}</xs:sequence></xs:complexType>"
    elif schema.get("type") == "object":
        fields = "".join(_element(each, held) for each, held in schema["properties"].items())
        kind = f"<xs:complexType><xs:sequence>{fields}</xs:sequence></xs:complexType>"
    else:
        kind = _simple(schema)
    return f'<xs:element name="{name}"{occurs}>{kind}</xs:element>'


def _simple(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return (
            '<xs:simpleType><xs:union><xs:simpleType><xs:restriction base="xs:string">'
            f'<xs:length value="0"/></xs:restriction></xs:simpleType>{_simple(schema["anyOf"][0])}'
            "</xs:union></xs:simpleType>"
        )
    if schema.get("pattern") == W3C:
        return _restricted("xs:dateTime")
    if "enum" in schema or "const" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return _restricted(
            "xs:string", "".join(f'<xs:enumeration value="{each}"/>' for each in allowed)
        )
    kind = schema["type"]
    if isinstance(kind, list) and "number" in kind:
        low, high = schema["minimum"], schema["maximum"]
        number = _restricted(
            "xs:decimal", f'<xs:minInclusive value="{low}"/><xs:maxInclusive value="{high}"/>'
        )
        empty = _restricted("xs:string", '<xs:length value="0"/>')
        return f"<xs:simpleType><xs:union>{number}{empty}</xs:union></xs:simpleType>"
    plain = {
        "integer": ("xs:integer", f'<xs:minInclusive value="{schema.get("minimum")}"/>'),
        "boolean": ("xs:boolean", '<xs:pattern value="true|false"/>'),
    }
    text = ("xs:string", f'<xs:minLength value="{schema.get("minLength", 0)}"/>')
    return _restricted(*plain.get(str(kind), text))


def _restricted(base: str, facets: str = "") -> str:
    return f'<xs:simpleType><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>'
