"""The operations about connected accounts and the money that goes to them."""

from __future__ import annotations

from stripe import params

from sandbox import (
    account_links,
    accounts,
    balance_transactions,
    capabilities,
    payouts,
    transfer_reversals,
    transfers,
)
from sandbox.operation import Operation, operation


def account_operations() -> list[Operation]:
    base, a, c = "/v1/accounts", accounts, capabilities
    return [
        operation(f"POST {base}", "accounts.create", params.AccountCreateParams, a.create),
        operation(f"GET {base}", "accounts.list", params.AccountListParams, a.list_all),
        operation(
            f"GET {base}/{{id}}",
            "accounts.retrieve",
            params.AccountRetrieveParams,
            a.retrieve,
            connected=True,
        ),
        operation(f"POST {base}/{{id}}", "accounts.update", params.AccountUpdateParams, a.update),
        operation(f"DELETE {base}/{{id}}", "accounts.delete", params.AccountDeleteParams, a.delete),
        operation(
            f"GET {base}/{{account}}/capabilities",
            "accounts.capabilities.list",
            params.AccountListCapabilitiesParams,
            c.list_all,
        ),
        operation(
            f"GET {base}/{{account}}/capabilities/{{id}}",
            "accounts.capabilities.retrieve",
            params.AccountRetrieveCapabilityParams,
            c.retrieve,
        ),
        operation(
            f"POST {base}/{{account}}/capabilities/{{id}}",
            "accounts.capabilities.update",
            params.AccountModifyCapabilityParams,
            c.update,
        ),
        operation(
            f"POST {base}/{{account}}/login_links",
            "accounts.login_links.create",
            params.AccountCreateLoginLinkParams,
            account_links.login,
        ),
        operation(
            "POST /v1/account_links",
            "account_links.create",
            params.AccountLinkCreateParams,
            account_links.create,
        ),
    ]


def transfer_operations() -> list[Operation]:
    base, t, r = "/v1/transfers", transfers, transfer_reversals
    return [
        operation(f"POST {base}", "transfers.create", params.TransferCreateParams, t.create),
        operation(f"GET {base}", "transfers.list", params.TransferListParams, t.list_all),
        operation(
            f"GET {base}/{{id}}", "transfers.retrieve", params.TransferRetrieveParams, t.retrieve
        ),
        operation(f"POST {base}/{{id}}", "transfers.update", params.TransferUpdateParams, t.update),
        operation(
            f"POST {base}/{{transfer}}/reversals",
            "transfers.reversals.create",
            params.TransferCreateReversalParams,
            r.create,
        ),
        operation(
            f"GET {base}/{{transfer}}/reversals",
            "transfers.reversals.list",
            params.TransferListReversalsParams,
            r.list_all,
        ),
        operation(
            f"GET {base}/{{transfer}}/reversals/{{id}}",
            "transfers.reversals.retrieve",
            params.TransferRetrieveReversalParams,
            r.retrieve,
        ),
        operation(
            f"POST {base}/{{transfer}}/reversals/{{id}}",
            "transfers.reversals.update",
            params.TransferModifyReversalParams,
            r.update,
        ),
    ]


def balance_operations() -> list[Operation]:
    b, p = balance_transactions, payouts
    return [
        operation(
            "GET /v1/balance",
            "balance.retrieve",
            params.BalanceRetrieveParams,
            b.balance,
            connected=True,
        ),
        operation(
            "GET /v1/balance_transactions",
            "balance_transactions.list",
            params.BalanceTransactionListParams,
            b.list_all,
            connected=True,
        ),
        operation(
            "GET /v1/balance_transactions/{id}",
            "balance_transactions.retrieve",
            params.BalanceTransactionRetrieveParams,
            b.retrieve,
            connected=True,
        ),
        operation(
            "GET /v1/payouts", "payouts.list", params.PayoutListParams, p.list_all, connected=True
        ),
        operation(
            "GET /v1/payouts/{id}",
            "payouts.retrieve",
            params.PayoutRetrieveParams,
            p.retrieve,
            connected=True,
        ),
    ]
