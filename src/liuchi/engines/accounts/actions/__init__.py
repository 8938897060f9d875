"""All writes of accounts, and the sign-in backend that uses them."""

from liuchi.engines.accounts.actions.clients import (
    OpenedClient,
    end_client,
    note_client_used,
    open_client,
)
from liuchi.engines.accounts.actions.closing import close_account, reopen_account
from liuchi.engines.accounts.actions.devices import (
    DeviceSeen,
    enter_here,
    forget_device,
    recognise_device,
    revoke_device,
    revoke_other_devices,
    touch_device,
)
from liuchi.engines.accounts.actions.passwords import (
    PasswordBackend,
    begin_sign_in,
    change_own_password,
    check_own_password,
    create_user,
    finish_sign_in,
    open_account,
    print_demo_sign_in,
    set_language,
    set_password,
)
from liuchi.engines.accounts.actions.phone_codes import ask_phone_code, check_phone_code
from liuchi.engines.accounts.actions.policies import set_policy
from liuchi.engines.accounts.actions.resets import reset_access
from liuchi.engines.accounts.actions.second_factor import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    print_demo_second_factor,
    prove_device,
    rewrap_secrets,
)
from liuchi.engines.accounts.actions.slips import (
    IssuedSlip,
    SlipFor,
    issue_slips,
    use_slip,
    void_slip,
)

__all__ = [
    "DeviceSeen",
    "IssuedSlip",
    "OpenedClient",
    "PasswordBackend",
    "SlipFor",
    "ask_phone_code",
    "begin_second_factor",
    "begin_sign_in",
    "change_own_password",
    "check_own_password",
    "check_phone_code",
    "check_second_factor",
    "close_account",
    "confirm_second_factor",
    "create_user",
    "end_client",
    "enter_here",
    "finish_sign_in",
    "forget_device",
    "issue_slips",
    "note_client_used",
    "open_account",
    "open_client",
    "print_demo_second_factor",
    "print_demo_sign_in",
    "prove_device",
    "recognise_device",
    "reopen_account",
    "reset_access",
    "revoke_device",
    "revoke_other_devices",
    "rewrap_secrets",
    "set_language",
    "set_password",
    "set_policy",
    "touch_device",
    "use_slip",
    "void_slip",
]
