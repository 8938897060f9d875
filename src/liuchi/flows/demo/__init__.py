"""The demo: three invented communities live through April, May and June of 2022.

It drives the same actions as users do, on a simulated clock, and is therefore also the
longest test there is. People, shops and estates are invented; the method and the days of
the published figures come from the documents the example playbook names.
"""

from liuchi.flows.demo.loading import Loaded, load
from liuchi.flows.demo.people import SignIn, sign_ins

__all__ = ["Loaded", "SignIn", "load", "sign_ins"]
