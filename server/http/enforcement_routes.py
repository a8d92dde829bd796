"""Routes of enforcement: flags, cases, violations, penalties, applications and appeals."""

from __future__ import annotations

from server.enforcement.shapes import PenaltyShape, RequestShape, ViolationShape
from server.http import appeals, case_decisions, cases, enforcement, flags, penalties, violations
from server.http.routing import Route
from server.http.scopes import Scope

_REVIEW = frozenset({Scope.REVIEWER, Scope.ADMIN})
_CONCERNED = frozenset({Scope.ENTERPRISE, Scope.MEMBER, Scope.ADMIN})
_ANYONE = _REVIEW | _CONCERNED

_CASES = (
    Route(
        "GET",
        "/v1/flags",
        flags.list_flags,
        "Flags that patterns raised",
        scopes=_REVIEW,
        query=flags.FlagsQuery,
        response=flags.FlagsShape,
    ),
    Route(
        "GET",
        "/v1/cases",
        cases.list_cases,
        "Cases that verdicts and reports opened",
        scopes=_REVIEW,
        query=cases.CasesQuery,
        response=cases.CasesShape,
    ),
    Route(
        "GET",
        "/v1/cases/{case_id}",
        cases.get_case,
        "A case",
        scopes=_REVIEW,
        response=cases.CaseShape,
        problems=(404,),
    ),
    *(
        Route(
            "POST",
            f"/v1/cases/{{case_id}}/{action}",
            handler,
            summary,
            scopes=_REVIEW,
            body=body,
            response=case_decisions.DecidedShape,
            problems=(404, 409),
        )
        for action, handler, summary, body in (
            (
                "confirm",
                case_decisions.confirm_case,
                "It is a violation",
                case_decisions.ConfirmBody,
            ),
            (
                "dismiss",
                case_decisions.dismiss_case,
                "It is no violation",
                case_decisions.DismissBody,
            ),
            (
                "escalate",
                case_decisions.escalate_case,
                "Accounts are to be blocked",
                case_decisions.EscalateBody,
            ),
        )
    ),
)

_PENALTIES = (
    Route(
        "POST",
        "/v1/violations",
        violations.report_violation,
        "Report a violation",
        scopes=_REVIEW,
        body=violations.ViolationBody,
        response=violations.ReportedShape,
        status=201,
        problems=(409,),
    ),
    Route(
        "GET",
        "/v1/violations/{violation_id}",
        violations.get_violation,
        "A violation",
        scopes=_REVIEW,
        response=ViolationShape,
        problems=(404,),
    ),
    Route(
        "GET",
        "/v1/penalties",
        penalties.list_penalties,
        "Penalties and holds",
        scopes=_ANYONE,
        owned=True,
        query=penalties.PenaltiesQuery,
        response=penalties.PenaltiesShape,
    ),
    Route(
        "POST",
        "/v1/penalties/overturn-batch",
        enforcement.overturn_batch,
        "Overturn many penalties that were our mistake",
        scopes=_REVIEW,
        body=enforcement.OverturnBatchBody,
        response=enforcement.OverturnBatchShape,
    ),
    Route(
        "GET",
        "/v1/penalties/{penalty_id}",
        penalties.get_penalty,
        "A penalty with its statement of reasons",
        scopes=_ANYONE,
        owned=True,
        response=PenaltyShape,
        problems=(404,),
    ),
)

_FILED = tuple(
    Route(
        "POST",
        f"/v1/penalties/{{penalty_id}}/{what}",
        handler,
        summary,
        scopes=_CONCERNED,
        owned=True,
        body=body,
        response=RequestShape,
        status=201,
        problems=(404, 409),
    )
    for what, handler, summary, body in (
        (
            "unblock-applications",
            appeals.apply_for_unblocking,
            "Ask for leniency",
            appeals.ApplicationBody,
        ),
        ("appeals", appeals.appeal, "Say that it is a mistake", appeals.AppealBody),
    )
)

_READ = tuple(
    route
    for what, kind, listing, getting in (
        ("appeals", "appeal", appeals.list_appeals, appeals.get_appeal),
        (
            "unblock-applications",
            "application",
            appeals.list_applications,
            appeals.get_application,
        ),
    )
    for route in (
        Route(
            "GET",
            f"/v1/{what}",
            listing,
            f"{what.replace('-', ' ').capitalize()}, oldest first",
            scopes=_ANYONE,
            owned=True,
            query=appeals.RequestsQuery,
            response=appeals.RequestsShape,
        ),
        Route(
            "GET",
            f"/v1/{what}/{{{kind}_id}}",
            getting,
            f"An {'appeal' if kind == 'appeal' else 'unblock application'}",
            scopes=_ANYONE,
            owned=True,
            response=RequestShape,
            problems=(404,),
        ),
    )
)

_MOVED = tuple(
    Route(
        "POST",
        path,
        handler,
        summary,
        scopes=scopes,
        owned=True,
        body=body,
        response=RequestShape,
        problems=(404, 409),
    )
    for path, handler, summary, scopes, body in (
        (
            "/v1/appeals/{appeal_id}/review",
            appeals.review_appeal,
            "Begin to look into an appeal",
            _REVIEW,
            None,
        ),
        (
            "/v1/appeals/{appeal_id}/information",
            appeals.inform_appeal,
            "Answer what a reviewer asked",
            _CONCERNED,
            appeals.InformationBody,
        ),
        (
            "/v1/appeals/{appeal_id}/withdraw",
            appeals.withdraw_appeal,
            "Take an appeal back",
            _CONCERNED,
            None,
        ),
        (
            "/v1/unblock-applications/{application_id}/withdraw",
            appeals.withdraw_application,
            "Take an application back",
            _CONCERNED,
            None,
        ),
    )
)

_DECIDED = tuple(
    Route(
        "POST",
        path,
        handler,
        summary,
        scopes=_REVIEW,
        body=body,
        response=appeals.AnsweredShape,
        problems=(404, 409),
    )
    for path, handler, summary, body in (
        (
            "/v1/appeals/{appeal_id}/decision",
            appeals.decide_appeal,
            "Decide an appeal",
            appeals.AppealDecisionBody,
        ),
        (
            "/v1/unblock-applications/{application_id}/decision",
            appeals.decide_application,
            "Decide an application",
            appeals.ApplicationDecisionBody,
        ),
    )
)

_PAUSED = (
    Route(
        "GET",
        "/v1/enforcement",
        enforcement.get_enforcement,
        "Whether enforcement is paused",
        scopes=_REVIEW,
        response=enforcement.EnforcementShape,
    ),
    *(
        Route(
            "POST",
            f"/v1/enforcement/{what}",
            handler,
            summary,
            scopes=_REVIEW,
            body=enforcement.PauseBody,
            response=enforcement.EnforcementShape,
        )
        for what, handler, summary in (
            ("pause", enforcement.pause_enforcement, "Patterns hold nobody from now on"),
            ("resume", enforcement.resume_enforcement, "Patterns hold members again"),
        )
    ),
)

ENFORCEMENT = (*_CASES, *_PENALTIES, *_FILED, *_READ, *_MOVED, *_DECIDED, *_PAUSED)
