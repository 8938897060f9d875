"""django-hordak's transfers a second, as its documentation has one write them.

    python bench/ledger/hordak_peer.py URL prepare|plain|checked SECONDS THREADS

``plain`` is ``Account.transfer_to``; ``checked`` locks the paying account, asks for its
balance and refuses an overdraft, as every points system must. Prints a rate a second.
"""

from __future__ import annotations

import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

ACCOUNTS = 500


def configure(url: str) -> None:
    """Set Django up with hordak alone."""
    from django.conf import settings  # noqa: PLC0415

    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": parts.username or "",
                "PASSWORD": parts.password or "",
                "HOST": query.pop("host", parts.hostname or ""),
                "PORT": query.pop("port", str(parts.port or "")),
                "CONN_MAX_AGE": None,
            }
        },
        DEFAULT_CURRENCY="CNY",
        CURRENCIES=["CNY"],
        USE_TZ=True,
    )
    import django  # noqa: PLC0415

    django.setup()


def prepare() -> None:
    """Make hordak's tables, one issuing account, a shop and people with points."""
    from django.core.management import call_command  # noqa: PLC0415
    from hordak.models import Account, AccountType  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    issue = Account.objects.create(name="issue", type=AccountType.equity, currencies=["CNY"])
    Account.objects.create(name="shop", type=AccountType.liability, currencies=["CNY"])
    for n in range(ACCOUNTS):
        each = Account.objects.create(
            name=f"person {n}", type=AccountType.liability, currencies=["CNY"]
        )
        issue.transfer_to(each, Money(1_000_000, "CNY"))


def measure(kind: str, seconds: float, threads: int) -> float:
    """Return transfers a second from people to one shop."""
    from django.db import connection, transaction  # noqa: PLC0415
    from hordak.models import Account  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    shop = Account.objects.get(name="shop")
    people = list(Account.objects.filter(name__startswith="person").order_by("id"))
    done, end, one = [0] * threads, time.perf_counter() + seconds, Money(1, "CNY")

    def run(place: int) -> None:
        n = place
        while time.perf_counter() < end:
            person = people[n % len(people)]
            if kind == "plain":
                person.transfer_to(shop, one)
            else:
                with transaction.atomic():
                    locked = Account.objects.select_for_update().get(pk=person.pk)
                    if abs(locked.get_simple_balance()["CNY"]) < one:
                        sys.exit("a person ran out of points")
                    locked.transfer_to(shop, one)
            done[place] += 1
            n += threads
        connection.close()

    started = time.perf_counter()
    workers = [threading.Thread(target=run, args=[place]) for place in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - started)


if __name__ == "__main__":
    try:
        import hordak  # noqa: F401
    except ImportError:
        sys.exit("django-hordak is missing: pip install django-hordak, or --without-hordak")
    configure(sys.argv[1])
    if sys.argv[2] == "prepare":
        prepare()
    else:
        sys.stdout.write(f"{measure(sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))}\n")
