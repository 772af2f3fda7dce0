"""Every write of work orders: one function per thing that a person does, keyword-only, in one transaction.

Raising:   submit(by, enterprise=None, project=None, visit=None, title, body="", element, kind="help", urgency="normal",
           contact_name="", contact_phone="", attachments=[upload…]) → Demand; element is a ServiceElement
           correct(demand, by, element=None, kind=None, urgency=None), withdraw(reason)
Moves:     accept, reject(reason), dispatch(lead=Department, joint=[Department…], due_on=None, reason=""),
           send_back(reason) (the table's `return`), report(text), ask(text), answer(text), extend(until, reason),
           approve_extension(text=""), refuse_extension(reason), whistle(departments=[], meets_at=None, place="",
           reason=""), convene(minutes, attendance=[Came…], resolutions=[Task…], held_at=None), resolve(result),
           verify(satisfied, score=None, comment=""), reopen(reason), close, merge(into=Demand)
           → Demand; all take demand, by and optionally version. `by` None is the system.
           bulk_dispatch(demands, by, lead, joint, due_on, reason) → [Dispatched(number, problem)]
Tasks:     finish_resolution(resolution, by, result, version), drop_resolution(resolution, by, reason, version)
Papers:    attach(demand, by, upload), add_note(demand, by, text) → StaffNote, link(demand, other, by, note=""),
           unlink(demand, other, by), view_personal(demand, by, field, reason, address)
Callbacks: open_callback(demand, by) → Callback, close_callback(callback, by, outcome, satisfied, version)
By time:   escalate, close_by_time, sample_callbacks, remind_of_tasks, remind_of_meetings, remind_of_callbacks, digest,
           forget_personal(district, by=None)
Settings:  set_dispatch_rule, set_handling_time, set_escalation_rule, set_reply, and the like with remove_

For pages: guard.open_moves(by, demand) → [code…], guard.actors_of(by, demand) → {actor…}.
Refusals:  Conflict (409, `.open_moves`), Stale (409, `.current`), Invalid (400), PermissionDenied (403).
"""

from .callbacks import close_callback, open_callback
from .checking import close, reopen, verify, withdraw
from .dispatching import Dispatched, accept, bulk_dispatch, dispatch, reject, send_back
from .extending import approve_extension, extend, refuse_extension
from .filters import remove_filter, save_filter
from .handling import answer, ask, report, resolve
from .joining import link, merge, unlink
from .meetings import Came, Task, convene, drop_resolution, finish_resolution, whistle
from .mornings import digest, remind_of_callbacks, remind_of_meetings, remind_of_tasks
from .papers import add_note, attach, view_personal
from .periodic import close_by_time, escalate, sample_callbacks
from .replies import remove_reply, set_reply
from .retention import forget_personal, forget_personal_everywhere
from .settings import (
    remove_dispatch_rule,
    remove_escalation_rule,
    set_dispatch_rule,
    set_escalation_rule,
    set_handling_time,
)
from .submitting import correct, submit

__all__ = [
    "Came", "Dispatched", "Task", "accept", "add_note", "answer", "approve_extension", "ask", "attach",
    "bulk_dispatch", "close", "close_by_time", "close_callback", "convene", "correct", "digest",
    "dispatch", "drop_resolution", "escalate", "extend", "finish_resolution", "forget_personal",
    "forget_personal_everywhere", "link", "merge", "open_callback", "refuse_extension", "reject",
    "remind_of_callbacks", "remind_of_meetings", "remind_of_tasks", "remove_dispatch_rule",
    "remove_escalation_rule", "remove_filter", "remove_reply", "reopen", "report", "resolve",
    "sample_callbacks", "save_filter", "send_back", "set_dispatch_rule", "set_escalation_rule",
    "set_handling_time", "set_reply", "submit", "unlink", "verify", "view_personal", "whistle",
    "withdraw",
]  # fmt: skip
