# ruff: noqa: INP001  run as a file
"""What a cheap phone on a slow network sees of a village with five years of postings, and when.

    python bench/disclosures_phone.py [ROWS] [ROUNDS]

A real ``liuchi serve`` in production mode answers Chromium in the shape of a phone: 390 px, a
processor four times slower, nothing in the cache, and Lighthouse's mobile profile (1.6 Mbit/s and
150 ms) in the form Lighthouse gives to the browser's own throttling: 1.44 Mbit/s and 562.5 ms
before each answer, which is what handshakes and slow start come to. ``useful`` is when the first
row, or the first item, is painted with its heading and amount; ``all`` is every byte that crossed
the wire until the page was quiet, the service worker's included.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import disclosures as ground
import house
from playwright.sync_api import Browser, Request, sync_playwright

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries
from liuchi.kernel.keyring import KeyRing
from liuchi.project.postgres import Cluster, Role

PORT = 8831
PHONE = {"width": 390, "height": 844}
LATENCY_MS, BYTES_A_SECOND, SLOWER = 562.5, 1_638.4 * 0.9 * 1024 / 8, 4
LIMIT_MS, LIMIT_BYTES = 2_000, 200_000
QUIET_SECONDS = 1.5
ASKED = 21
# Chromium reports a paint of what is marked so; the mark is set as the page comes in.
_MARK = """
new MutationObserver((_, watch) => {
  const found = document.querySelector("main .l-list .l-row .l-main");
  if (found) { found.setAttribute("elementtiming", "useful"); watch.disconnect(); }
}).observe(document, {childList: true, subtree: true});
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.__useful ??= each.renderTime || each.startTime;
}).observe({type: "element", buffered: true});
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.__largest = each.renderTime || each.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
"""
_TIMES = """() => ({
  useful: window.__useful ?? null, largest: window.__largest ?? null,
  first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
})"""


@dataclass
class Seen:
    """What one opening of a page came to; times in ms after the tap."""

    useful: float = 0
    first: float = 0
    largest: float = 0
    bytes: int = 0
    worker_bytes: int = 0
    requests: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def site(cluster: Cluster) -> Iterator[str]:
    """Run ``liuchi serve`` as it is deployed, on the database that was filled."""
    folder = house.ROOT / "node_modules"
    if not folder.exists():
        sys.exit("no node_modules: run npm ci")
    data = Path(os.environ["LIUCHI_DATA_DIR"]) / "served"
    data.mkdir()
    environment = os.environ | {
        "LIUCHI_MODE": "production",
        "LIUCHI_DATABASE_URL": cluster.url(Role.APP, "bench"),
        "LIUCHI_OWNER_DATABASE_URL": cluster.url(Role.OWNER, "bench"),
        "LIUCHI_DATA_DIR": str(data),
        "LIUCHI_SECRET_KEY": secrets.token_urlsafe(64),
        "LIUCHI_KEY_RING": KeyRing.generate().to_text(),
        "LIUCHI_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PORT": str(PORT),
        "PYTHONPATH": str(house.ROOT / "src"),
    }
    command = [sys.executable, "-m", "liuchi.project.cli_entry", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(120):
            with suppress(OSError), _get(f"{address}/health/live"):
                break
            time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _asked_ms(address: str) -> float:
    began = time.perf_counter()
    with _get(address) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000


def _get(address: str) -> Any:
    return urllib.request.urlopen(address, timeout=10)  # noqa: S310


def look(browser: Browser, address: str) -> Seen:
    """Open a page on a phone that has never been here."""
    context = browser.new_context(viewport=PHONE, has_touch=True, locale="zh-CN")
    seen, page = Seen(), context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("Network.enable")
    devices.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    throttled = {"offline": False, "latency": LATENCY_MS, "uploadThroughput": 675 * 128}
    throttled["downloadThroughput"] = BYTES_A_SECOND
    devices.send("Network.emulateNetworkConditions", throttled)
    names: dict[str, str] = {}

    def told(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"]

    def ended(event: dict[str, Any]) -> None:
        size = int(event["encodedDataLength"])
        seen.bytes += size
        seen.requests.append((names.get(event["requestId"], "?"), size))

    def worked(request: Request) -> None:
        if request.service_worker is not None:
            sizes = request.sizes()
            seen.worker_bytes += sizes["responseBodySize"] + sizes["responseHeadersSize"]

    devices.on("Network.responseReceived", told)
    devices.on("Network.loadingFinished", ended)
    context.on("requestfinished", worked)
    page.add_init_script(_MARK)
    page.goto(address, wait_until="load")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(QUIET_SECONDS * 1000)
    times = page.evaluate(_TIMES)
    seen.useful, seen.first = times["useful"] or 0, times["first"] or 0
    seen.largest = times["largest"] or 0
    context.close()
    return seen


def report(title: str, all_seen: list[Seen]) -> bool:
    """Print medians and worst beside the limits; whether both were kept."""
    useful = [each.useful for each in all_seen]
    held = [each.bytes + each.worker_bytes for each in all_seen]
    kept = 0 < statistics.median(useful) < LIMIT_MS and max(held) < LIMIT_BYTES
    print(  # noqa: T201
        f"{title:24} useful {statistics.median(useful):6.0f} ms (worst {max(useful):6.0f}, limit "
        f"{LIMIT_MS}), first paint {statistics.median(e.first for e in all_seen):6.0f}, "
        f"all {max(held) / 1000:6.1f} kB (limit {LIMIT_BYTES / 1000:.0f}; worker "
        f"{all_seen[0].worker_bytes / 1000:.1f}), {len(all_seen[0].requests)} requests"
        f"{'' if kept else '  OVER'}"
    )
    if os.environ.get("LIUCHI_BENCH_FILES"):
        for name, size in all_seen[0].requests:
            print(f"    {size / 1000:8.1f} kB  {name}")  # noqa: T201
    return kept


def main(rows: int, rounds: int) -> None:
    """Open each kind of page and say whether a phone can use it."""
    with house.served(fsync="off") as cluster:
        area = directory.area(ground.fill(rows))
        middle = queries.public_postings(area.id, item_code=ground.ITEM, year=2024).rows[0]
        at = f"/v/{area.code}/open/"
        pages = (
            ("items of the village", at),
            ("an item", f"{at}{ground.ITEM}/"),
            ("rows of a posting", f"{at}{ground.ITEM}/{middle.id}/"),
            ("a search", f"{at}?q=%E7%8E%8B%E5%BB%BA"),
        )
        print(f"{rows} rows; load {os.getloadavg()[0]:.1f}")  # noqa: T201
        with site(cluster) as address, sync_playwright() as playwright:
            executable = os.environ.get("LIUCHI_BROWSER", "/usr/bin/chromium")
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=executable, args=arguments)
            for title, path in pages:
                took = sorted(_asked_ms(address + path) for _ in range(ASKED))
                print(f"{title:24} at the server {took[ASKED // 2]:5.1f} ms")  # noqa: T201
            kept = [
                report(title, [look(browser, address + path) for _ in range(rounds)])
                for title, path in pages
            ]
            browser.close()
    if not all(kept):
        sys.exit(1)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 200_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,  # noqa: PLR2004
    )
