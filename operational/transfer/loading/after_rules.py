"""Rules that a form's save sets off, set off by a file too: due times that follow, hours that must run forward.

Which rules an entity has stands in its declaration; what happens along its states is never set off by a file.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.refusal import Declined
from operational.rules.register import Context, run_effects
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.stored import TOGETHER
from operational.transfer.loading.write_batch import WrittenInVain


def run_after_change(
    session: Session, actor: Actor, batch: Batch, of: np.ndarray, verb: str, *, history: bool
) -> None:
    """Run the rules after a change on these written records; those that a rule refuses are refused.

    `verb` is 'create' or 'change'. Records with states that come as history keep what their system had made of them.
    WrittenInVain if any was refused.
    """
    cls = batch.cls
    rules = cls.__entity__.after_change
    if not rules or (history and cls.__entity__.graph is not None):
        return
    at = np.flatnonzero(of)
    refused = False
    for start in range(0, len(at), TOGETHER):
        place = dict(
            zip(
                batch.existing[at[start : start + TOGETHER]].tolist(),
                at[start : start + TOGETHER],
                strict=True,
            )
        )
        found = select(cls).where(cls.id.in_(place)).execution_options(populate_existing=True)
        for record in session.scalars(found).all():
            try:
                run_effects(session, record, actor, Context(verb), rules)
            except Declined as declined:
                mask = np.zeros(len(batch), dtype=bool)
                mask[place[record.id]] = True
                batch.refuse(mask, "", declined.message)
                refused = True
        session.flush()
        session.expunge_all()
    if refused:
        raise WrittenInVain
