# ruff: noqa: INP001  run as a file
"""Postings a second: ours beside its peers, in one run, on durable commits.

    python bench/points.py [--rounds 5] [--seconds 4] [--long 1e6,1e7] [--without-hordak]

Ours goes through the HTTP API of a real server: sign-in, permission, idempotency key, the
reads that decide, a transfer of two legs (points one way, goods the other: four entries), the
redemption's row and its fact. The peers: an ORM ledger written by hand that locks and saves
the very same rows; django-hordak's own transfer of two legs, with and without the overdraft
check ours always makes; raw SQL that checks nothing, one by one and in sets of a thousand,
once with exactly our rows and once with a transfer of two entries alone. Each round runs
everything; what is printed are medians, of ratios too, since machines drift. `µs` is
processor time a posting: of the web server, of PostgreSQL, of whoever calls.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ledger import ground, long, ours, peers
from ledger.ground import Table, say

_HORDAK = Path(__file__).with_name("ledger") / "hordak_peer.py"


def hordak(url: str, *words: object) -> str:
    """Run the peer in a process of its own."""
    command = [sys.executable, str(_HORDAK), url, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-1500:])
    return done.stdout


def a_round(table: Table, site: ours.Site, ledger: peers.Ledger, url: str, seconds: float) -> None:
    """Measure everything once."""
    for name, plans, items in (
        ("api, 64 callers, many shops", ours.singles(site, hot=False), False),
        ("api, 64 callers, one shop", ours.singles(site, hot=True), False),
        ("api, batches of 1,000", ours.batches(site, 2), True),
    ):
        got = ours.call(site, plans, seconds, items=items)
        table.add(name, got.per_second)
        table.add(f"{name}: p95 ms", got.p95_ms)
        table.add(f"{name}: web µs", got.web_us)
        table.add(f"{name}: PostgreSQL µs", got.database_us)
        table.add(f"{name}: callers µs", got.callers_us)
    action = ours.by_action(site.world)
    table.add("public action, one caller", ground.rate(seconds, action))
    table.add("public action, 64 callers", ground.rate(seconds, action, ours.CALLERS))
    table.add("ORM ledger, one caller", ground.rate(seconds, peers.by_orm(ledger)))
    two_rows = peers.two_rows(ledger, hot=True)
    table.add("raw two-row transfer, one caller", ground.rate(seconds, two_rows))
    for name, lean in (("our rows", False), ("two entries", True)):
        table.add(
            f"raw sets of 1,000, {name}",
            ground.rate(seconds, peers.in_sets(ledger, ours.BATCH, lean=lean)),
        )
    for kind in ("plain", "checked") if url else ():
        for callers in (1, ours.CALLERS):
            got = float(hordak(url, kind, seconds, callers))
            table.add(f"hordak {kind}, {callers} callers", got)


def report(table: Table, *, with_hordak: bool) -> None:
    """Print the medians and each target with what was measured."""
    for name in table.rounds:
        say(f"{name:<52}{table.median(name):>12,.0f}")
    say()
    batches, hot, spread = (
        "api, batches of 1,000", "api, 64 callers, one shop", "api, 64 callers, many shops",
    )  # fmt: skip
    targets = [
        (batches, "raw sets of 1,000, our rows", 0.6),
        (batches, "raw sets of 1,000, two entries", 0.6),
        (hot, spread, 0.9),
    ]
    if with_hordak:
        for kind in ("checked", "plain"):
            targets += [
                (batches, f"hordak {kind}, 1 callers", 15),
                (spread, f"hordak {kind}, 64 callers", 3),
            ]
    for one, other, wanted in targets:
        ratio = table.ratio(one, other)
        verdict = "met" if ratio >= wanted else "NOT MET"
        say(f"{one} / {other}: {ratio:.2f} (wanted {wanted}: {verdict})")


def at_length(site: ours.Site, sizes: list[int]) -> None:
    """Print what a posting and a page cost as the ledger grows, and what a campaign takes.

    The campaign comes after the first size: it makes some hundred thousand entries itself.
    """
    world = site.world
    long.crowd()
    say(
        f"{'entries':>12}{'posting, PostgreSQL µs':>26}{'balance ms':>14}{'statement ms':>14}"
        f"{'of a long life ms':>20}"
    )
    for size in sizes:
        long.grow(world, size)
        got = ours.call(site, ours.batches(site, 2), 4, items=True)
        read = long.reads(world, site)
        held = ground.owner("SELECT count(*) FROM points_entry")[0][0]
        say(
            f"{held:>12,}{got.database_us:>26,.0f}{read.balance:>14.1f}{read.young:>14.1f}"
            f"{read.old:>20.1f}"
        )
        if size == sizes[0]:
            _campaign(world)


def _campaign(world: ground.World) -> None:
    done = long.campaign(world)
    say(
        f"campaign of {done.people:,}: proposed in {done.propose:.1f} s, approved in "
        f"{done.approve:.1f} s, posted by the job in {done.post:.1f} s "
        f"({done.processor:.1f} s of PostgreSQL's processor), taken back in {done.undo:.1f} s"
    )


def main() -> None:
    """Run all rounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5, help="0: only --long")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--long", default="", help="sizes to grow to, such as 1e6,1e7")
    parser.add_argument("--without-hordak", action="store_true")
    given = parser.parse_args()
    table = Table()
    with ground.served() as cluster:
        world = ground.make_world(cluster)
        url = ""
        if not given.without_hordak:
            with cluster.connect() as raw:
                cluster.create_database(raw, "hordak")
            url = cluster.url(ground.Role.OWNER, "hordak")
            hordak(url, "prepare")
        with ground.web(cluster, given.port) as web:
            site = ours.sign_in(world, given.port, web.pid, ground.postmaster(cluster))
            ours.call(site, ours.singles(site, hot=True), 2)  # opens accounts, warms caches
            ledger = peers.Ledger(world)
            for n in range(given.rounds):
                sys.stderr.write(f"round {n + 1} of {given.rounds}\n")
                a_round(table, site, ledger, url, given.seconds)
            if given.rounds:
                report(table, with_hordak=bool(url))
            if given.long:
                say()
                at_length(site, [int(float(size)) for size in given.long.split(",")])


if __name__ == "__main__":
    main()
