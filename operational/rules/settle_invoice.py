"""Receipts settle invoices: never more than is open, and the invoice's state follows from what was posted.

Receipts on account, without an invoice, change no invoice.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lock import locked
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.crud.walk import move_by_system
from operational.entities.distribution.invoice import GRAPH, Invoice
from operational.entities.distribution.receipt import Receipt
from operational.field import Label
from operational.rules.register import Context, effect, guard

PAYABLE = ("issued", "partly_paid")
VERBS = {"issued": "unpay", "partly_paid": "pay_partly", "paid": "pay"}


def paid(session: Session, invoice_id: int) -> Decimal:
    """What posted receipts paid on an invoice."""
    return session.scalar(
        select(func.sum(Receipt.amount)).where(Receipt.invoice_id == invoice_id, Receipt.state == "posted")
    ) or Decimal(0)


@guard
def receipt_within_invoice(
    session: Session, receipt: Receipt, actor: Actor, context: Context
) -> Refusal | None:
    """Same customer, an issued invoice, and at most its open amount."""
    if receipt.invoice_id is None:
        return None
    invoice = locked(session, Invoice, receipt.invoice_id)
    blockers = tuple(links_of(session, Invoice, [invoice.id]).values())
    if invoice.customer_id != receipt.customer_id:
        return Refusal(
            Label(
                f"发票 {invoice.number} 属于另一客户，请更正客户或发票。",
                f"The invoice {invoice.number} is another customer's; correct one of them.",
            ),
            blockers,
        )
    if invoice.state not in PAYABLE:
        state = GRAPH.state(invoice.state).label
        return Refusal(
            Label(
                f"发票 {invoice.number} 现为“{state.zh}”，不能收款；请选择另一张发票。",
                f"The invoice {invoice.number} is '{state.en}' and takes no payment; choose another.",
            ),
            blockers,
        )
    left = invoice.amount - paid(session, invoice.id)
    if receipt.amount <= left:
        return None
    return Refusal(
        Label(
            f"发票 {invoice.number} 只剩 {left:,.2f} 未付，收款为 {receipt.amount:,.2f}；请拆成两张收款单。",
            f"Of invoice {invoice.number} {left:,.2f} is open, not {receipt.amount:,.2f}; split the receipt.",
        ),
        blockers,
    )


@effect
def derive_invoice_state(
    session: Session, receipt: Receipt, actor: Actor, context: Context
) -> Refusal | None:
    """Bring the receipt's invoice to the state that its payments say."""
    if receipt.invoice_id is None:
        return None
    invoice = locked(session, Invoice, receipt.invoice_id)
    if invoice.state not in VERBS:
        return None  # credited or void: payments no longer change it
    state = derived_state(invoice.amount, paid(session, invoice.id))
    if state != invoice.state:
        move_by_system(session, actor, invoice, VERBS[state])
    return None


def derived_state(amount: Decimal, settled: Decimal) -> str:
    """The state of an issued invoice as a pure function of its amounts: issued, partly_paid or paid."""
    if settled <= 0:
        return "issued"
    return "paid" if settled >= amount else "partly_paid"
