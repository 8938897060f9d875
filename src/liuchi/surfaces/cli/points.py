"""``liuchi points``: prove the ledger against the journal; a new key to sign cards with."""

from __future__ import annotations

from uuid import UUID

import typer
from rich.console import Console

from liuchi.engines.points import jobs
from liuchi.engines.points.actions import cards
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id

app = typer.Typer(help="积分账：用事实流水核对。 The ledger of points.")
console = Console()

_SHOWN_MAX = 20
# Who changes keys from the command line; the same in every installation.
_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-636172646b65")


@app.callback()
def main() -> None:
    """Prove the ledger against the journal, and change the key that signs cards."""


@app.command("card-key")
def card_key() -> None:
    """Make a new key that signs cards from now on; cards signed before stay good."""
    actor = system_actor(_ACTOR_ID, "directory.keys.rotate")
    name = cards.rotate_card_key(actor=actor, key=str(new_id()))
    console.print(
        f"✓ 新卡用钥匙 {name} 签；旧卡到期前照样有效。 New cards are signed with {name}; cards "
        "issued before stay good until they end.",
        style="green",
        highlight=False,
    )


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
