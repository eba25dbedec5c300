"""What the verbs' own refusals mean to whoever calls the API, and what to do: by their codes."""

from __future__ import annotations

MEANINGS: dict[str, str] = {
    "apart": "One of the two has blocked the other. Leave it.",
    "bad_address": "The address lacks something or has what cannot be; `errors` says which"
    " field. Correct it.",
    "bad_idempotency_key": "The Idempotency-Key will not do. Send 1 to 255 printable characters.",
    "bad_quantity": "A quantity is 1 to 99. Send another.",
    "cart_changed": "The cart is not what you saw. Read it again, then ask again.",
    "cart_error": "The cart stays as it was; `detail` says why. Read it again.",
    "cart_full": "The cart holds no more different things. Take something out.",
    "cart_is_being_paid": "Another order of this cart awaits its payment. Finish or cancel that"
    " one, then ask again.",
    "changed": "Another amount would go back than you saw. Read the preview again, then ask"
    " with its amount.",
    "checkout_error": "Nothing was charged and nothing was kept; `detail` says why.",
    "clock_refused": "Time did not move, and nothing was done; `detail` says why. Ask for less.",
    "code_refused": "The discount code does not count here; `detail` says why. Send none, or"
    " another.",
    "disputed": "The bank has taken this payment back, or may do so, and it cannot be refunded"
    " as well. Wait for"
    " the dispute's end.",
    "drop_error": "The rules of drops refuse it; `detail` says why. Send other values.",
    "empty_order": "There is nothing to buy. Add something first.",
    "endpoint_off": "The webhook is switched off. Switch it on with `active`, then ask again.",
    "fewer_left": "Fewer pieces are left than you ask for. Ask for what is left.",
    "idempotency_key_reused": "The Idempotency-Key was used for another call. Use a new one.",
    "in_dispute": "The shopper's bank has taken the payment back, or may do so. Wait for the"
    " dispute's end.",
    "item_unavailable": "A thing of the checkout session cannot be had; `detail` says which. Take it out.",
    "mixed_currencies": "One order has one currency. Buy the rest in an order of its own.",
    "needs_tax": "The tax is being asked for. Ask for the quote again, then go on.",
    "network_not_yours": "This partner may not hand in replies of this network. Ask the operator.",
    "no_address": "The shop has not said where goods go back to. Set it in the return policy"
    " first.",
    "no_answer": "Say what became of each line, or why it is refused.",
    "no_quote": "There is no price for this; `detail` says why. Change what is asked for.",
    "not_open": "It was settled already. Read it again.",
    "not_delivered": "The shop does not deliver this there. Choose another address, or leave it"
    " out.",
    "not_in_cart": "The cart has no such line. Read the cart again.",
    "not_left": "Fewer pieces are left to send than you named. Read the fulfilment order again.",
    "not_received": "The goods have not come back yet. Say first that they were received.",
    "not_refundable": "It asks for more than was paid and is not given back yet. Read the"
    " preview, ask for less.",
    "not_returnable": "The line is of another part, was never sent, or its time is over. Leave"
    " it out.",
    "nothing_chosen": "Nothing is chosen to be refunded. Name lines or an amount.",
    "nothing_counted": "Nothing is counted yet. Count first.",
    "nothing_happened": "Nothing that the webhook hears of happened then. Choose another span.",
    "nothing_to_count": "Nothing is there to count. Choose more.",
    "nothing_received": "None of the pieces came back. Refuse the return, or name what did.",
    "nothing_to_pay": "Nothing is left to pay. Read the purchase.",
    "nothing_to_return": "No pieces are named. Name at least one.",
    "nothing_to_send": "Every piece of it is refunded. Send nothing.",
    "order_closed": "The order was cancelled, or its stock went back. Order again.",
    "out_of_stock": "Fewer pieces are left than the checkout session asks for. Ask for what is left.",
    "payment_declined": "The bank said no; the order waits. Pay it by another means; `purchase`"
    " is the order.",
    "not_for_agents": "Its shop lets no app sell this, or not this one. The shopper buys it on our pages.",
    "beyond_allowance": "More than the shopper lets this app spend, or other money. They change that in their"
    " account, or buy it themself.",
    "person_limit": "One person may have only so many of this drop. Ask for fewer.",
    "picture_refused": "The picture is not kept; `detail` says why. Send a JPEG, PNG or WebP"
    " that is smaller.",
    "post_refused": "The post cannot be published; `detail` says why. Change it.",
    "postcode_needed": "Delivery depends on the postcode. Send the whole address.",
    "product_error": "The rules of the catalogue refuse it; `detail` says why, `pointer` where."
    " Send other values.",
    "queue_first": "Others wait for this drop, and it is not this shopper's turn. Send them to"
    " its page, where"
    " the queue is.",
    "reason_over": "The time for this reason is over. Give another, if it is true.",
    "refund_changed": "It comes to another amount than you saw. Read the preview again;"
    " `preview` has the figures.",
    "region_needed": "Delivery depends on the state or province. Send the whole address.",
    "replay_under_way": "Another replay of this webhook is under way. Wait until it is done.",
    "return_refused": "The return cannot be asked for or go on so; `detail` says why. Read it"
    " again.",
    "session_busy": "The checkout session is being paid. Wait for its outcome.",
    "session_closed": "The checkout session is completed, cancelled or expired. Open a new one.",
    "shop_owes": "The money was paid out and the shop's balance does not cover it. Refund less,"
    " or wait for sales.",
    "shop_paused": "The shop takes no orders at the moment. Try another day.",
    "sold_out": "Fewer pieces are left than you ask for; `shortages` says how many of each"
    " variant. Ask for those.",
    "stocktake_closed": "The stocktake is closed. Begin another.",
    "still_refundable": "Pieces can still be refunded by themselves. Do that first.",
    "still_to_send": "Pieces that were not sent would be refunded instead. Cancel those first.",
    "tax_address": "No tax is known for this address. Check its postcode and region.",
    "tax_unknown": "The tax could not be learnt. Ask again in a moment.",
    "test_mode_off": "This site takes no test payments: the order stays unpaid. Ask its operator.",
    "too_late": "A parcel has left already, or nothing is left to cancel. Ask for a return"
    " instead.",
    "too_many": "More variants than one call changes. Make several calls.",
    "too_many_lines": "One order holds no more different things. Make two of it.",
    "too_many_pieces": "More pieces than were bought and are not given back. Name fewer.",
    "too_many_returned": "More pieces than may still be sent back. Name fewer.",
    "too_much": "More money than could go back. Ask for less.",
    "too_often": "It was tried too often. Wait as many seconds as Retry-After says.",
    "total_changed": "The price is no longer the one that you saw. Show the new one (`quote`)"
    " and ask again.",
    "transition_refused": "It does not go from its present state to that one. Read it again.",
    "trigger_refused": "The event could not be made; `detail` says why. Nothing happened.",
    "unknown_card": "There is no such saved card. Read the cards again.",
    "unknown_cursor": "The cursor is not of this list. Begin without one.",
    "unknown_product": "It is not there, or not on sale. Leave it out.",
    "unreachable": "The address could not be fetched; `detail` says why. Check that it is public.",
    "wrong_way": "Goods do not go that way for this reason. Change the sign, or the reason.",
}
