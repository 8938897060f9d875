"""Addresses: a converter Django lacks, and hundreds of them tried a word at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.resolvers import RoutePattern

Address = URLPattern | URLResolver


class Rest:
    """Whatever is left, a line break among it: Django's own ``path`` stops at one."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write it as it is."""
        return value


register_converter(Rest, "rest")


def by_word(addresses: Iterable[Address]) -> list[Address]:
    """Return the same addresses, those that begin with the same word below one another.

    Django tries one after the other; with two hundred of them that took half a millisecond of
    every request. What is found, by which name, stays the same: nothing passes an address that
    might stand for any word.
    """
    found: list[list[Address]] = []
    words: dict[str, list[Address]] = {}
    last = ""
    for each in addresses:
        word = _word(each)
        if ("<" in word and word != last) or (not word and isinstance(each, URLResolver)):
            words = {}
        if word and word in words:
            words[word].append(each)
        else:
            found.append([each])
            if word:
                words[word] = found[-1]
        last = word
    return [_below(group) for group in found]


def _word(address: Address) -> str:
    """Return the first part of an address that has more than one; "" of any other."""
    if not isinstance(address.pattern, RoutePattern):
        return ""
    word, slash, _ = str(address.pattern).partition("/")
    return word if slash else ""


def _below(group: Sequence[Address]) -> Address:
    if len(group) == 1:
        return group[0]
    word = f"{_word(group[0])}/"
    return path(word, include(by_word(_without(each, word) for each in group)))


def _without(address: Address, word: str) -> Address:
    route = str(address.pattern).removeprefix(word)
    if isinstance(address, URLPattern):
        return path(route, address.callback, address.default_args, address.name)
    return URLResolver(
        RoutePattern(route, is_endpoint=False),
        address.urlconf_name,
        address.default_kwargs,
        address.app_name,
        address.namespace,
    )
