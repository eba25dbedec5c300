-- proves: Each transaction of the ledger sums to zero in each currency.
-- found: Transaction {transaction} of the ledger ({kind} {reference}) sums to {amount} {currency}.
-- do: The database's own trigger forbids it: find out who switched that off; restore the entries.
SELECT t.id AS transaction, t.kind, t.reference, e.currency, sum(e.amount) AS amount
FROM checkout_ledgertransaction t JOIN checkout_ledgerentry e ON e.transaction_id = t.id
GROUP BY t.id, e.currency HAVING sum(e.amount) <> 0
