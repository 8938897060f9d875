"""``liuchi points``: prove the ledger against the journal."""

from __future__ import annotations

import typer
from rich.console import Console

from liuchi.engines.points import jobs

app = typer.Typer(help="积分账：用事实流水核对。 The ledger of points.")
console = Console()

_SHOWN_MAX = 20


@app.callback()
def main() -> None:
    """Prove the ledger against the journal."""


@app.command()
def verify() -> None:
    """Replay the journal from empty and compare every balance; fails where one differs."""
    found = jobs.verify()
    for each in found.differences[:_SHOWN_MAX]:
        console.print(
            f"✗ {each.kind} {each.what} {each.holder_id}: 账上 held {each.balance}，"
            f"流水 replayed {each.replayed}",
            style="red",
            highlight=False,
        )
    if len(found.differences) > _SHOWN_MAX:
        console.print(f"… 共 {len(found.differences)} 处 differences in all")
    for unit in found.uneven:
        console.print(f"✗ {unit} 合计不为零 does not add up to zero", style="red", highlight=False)
    if not found.holds:
        raise typer.Exit(1)
    console.print(
        f"✓ {found.facts} 条事实，{found.accounts} 个账户，全部一致。 "
        f"{found.facts} facts, {found.accounts} accounts, all as replayed.",
        style="green",
        highlight=False,
    )
