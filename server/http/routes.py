"""The route table: what routing, scope checks, validation, OpenAPI and the scope test read."""

from __future__ import annotations

from server.http import accounts as shapes
from server.http import (
    described,
    events,
    forward_auth,
    history,
    precheck,
    qr_routes,
    quota,
    ratelimit,
    reported,
    requests,
    restrictions,
)
from server.http.administration_routes import ADMINISTRATION, OPERATIONS
from server.http.dashboard_routes import DASHBOARD
from server.http.decisions import DecisionShape
from server.http.document_routes import DOCUMENTS
from server.http.enforcement_routes import ENFORCEMENT
from server.http.looking_routes import LOOKING
from server.http.quota_shapes import QuotaShape
from server.http.reporting_routes import REPORTING
from server.http.routing import Route
from server.http.scopes import Scope
from server.http.webhook_routes import WEBHOOKS

_GATEWAY = frozenset({Scope.GATEWAY, Scope.ADMIN})
_ADMIN = frozenset({Scope.ADMIN})
_REVIEW = frozenset({Scope.REVIEWER, Scope.ADMIN})
_COMPANY = _REVIEW | {Scope.ENTERPRISE}
_PERSON = _COMPANY | {Scope.MEMBER}

_E = "/v1/enterprises/{enterprise_id}"
_M = f"{_E}/members/{{member_id}}"

PRECHECKS = (
    Route(
        "POST",
        "/v1/precheck",
        precheck.precheck,
        "May this member add this contact now?",
        scopes=_GATEWAY,
        body=requests.PrecheckBody,
        response=DecisionShape,
        answers_with=ratelimit.HEADERS,
        problems=(404, 409),
    ),
    Route(
        "POST",
        "/v1/precheck/batch",
        precheck.precheck_batch,
        "Decide up to 1,000 adds",
        scopes=_GATEWAY,
        body=requests.BatchBody,
        response=precheck.BatchShape,
        raw=True,
    ),
    *(
        Route(
            "POST",
            f"/v1/decisions/{{decision_id}}/{handler.__name__}",
            handler,
            summary,
            scopes=_GATEWAY,
            response=precheck.SettlementShape,
            problems=(404, 409),
        )
        for handler, summary in (
            (precheck.commit, "Keep what a hold charged"),
            (precheck.cancel, "Give back what was charged"),
        )
    ),
    *(
        Route(
            "*",
            path,
            forward_auth.forward_auth,
            "A pre-check out of headers, for gateways",
            scopes=_GATEWAY,
            response=DecisionShape,
            also=(403, 429),
            problems=(400, 404, 409),
            headers=forward_auth.PARAMETERS,
            answers_with=forward_auth.ANSWERS_WITH,
            free=True,
            documented="tail" not in path,
        )
        for path in ("/v1/forward-auth", "/v1/forward-auth/{tail:.*}")
    ),
    Route(
        "POST",
        "/v1/events",
        events.report,
        "Report what happened after adds",
        scopes=_GATEWAY,
        body=reported.EventsBody,
        response=events.AcceptedShape,
        status=202,
    ),
    Route(
        "GET",
        "/v1/restrictions/{enterprise_id}/{member_id}",
        restrictions.get_restrictions,
        "What is forbidden to a member now",
        scopes=_GATEWAY,
        response=restrictions.HeldShape,
    ),
    Route(
        "POST",
        "/v1/restrictions/batch",
        restrictions.restrictions_batch,
        "What is forbidden to up to 1,000 members now",
        scopes=_GATEWAY,
        body=restrictions.RestrictionsBatchBody,
        response=restrictions.HeldBatchShape,
    ),
)

ACCOUNTS = (
    Route(
        "GET",
        "/v1/enterprises",
        described.list_enterprises,
        "Enterprises with today's figures",
        scopes=_REVIEW,
        query=shapes.ListQuery,
        response=shapes.EnterprisesShape,
    ),
    Route(
        "PUT",
        _E,
        described.put_enterprise,
        "Describe an enterprise",
        scopes=_ADMIN,
        body=shapes.EnterpriseBody,
        response=shapes.EnterpriseShape,
    ),
    Route(
        "GET",
        _E,
        described.get_enterprise,
        "An enterprise",
        scopes=_COMPANY,
        response=shapes.EnterpriseShape,
        problems=(404,),
    ),
    Route(
        "GET",
        f"{_E}/members",
        described.list_members,
        "Members with today's figures",
        scopes=_COMPANY,
        query=shapes.ListQuery,
        response=shapes.MembersShape,
        problems=(404,),
    ),
    Route(
        "PUT",
        _M,
        described.put_member,
        "Describe a member",
        scopes=_GATEWAY,
        body=shapes.MemberBody,
        response=shapes.MemberShape,
    ),
    Route(
        "GET",
        _M,
        described.get_member,
        "A member",
        scopes=_PERSON | {Scope.GATEWAY},
        response=shapes.MemberShape,
        problems=(404,),
    ),
    Route(
        "GET",
        f"{_E}/quota",
        quota.enterprise_quota,
        "An enterprise's caps, and why",
        scopes=_COMPANY,
        response=QuotaShape,
        problems=(404,),
    ),
    Route(
        "GET",
        f"{_M}/quota",
        quota.member_quota,
        "A member's caps, and why",
        scopes=_PERSON,
        response=QuotaShape,
        problems=(404,),
    ),
    *(
        Route(
            "GET",
            f"{path}/history",
            handler,
            f"{whose}'s local days",
            scopes=_COMPANY,
            query=history.HistoryQuery,
            response=history.HistoryShape,
            problems=(404,),
        )
        for path, handler, whose in (
            (_E, history.enterprise_history, "An enterprise"),
            (_M, history.member_history, "A member"),
        )
    ),
    Route(
        "POST",
        f"{_E}/qr-routes",
        qr_routes.route_scan,
        "Which member a scan of a shared code goes to",
        scopes=_GATEWAY,
        body=requests.QrRouteBody,
        response=qr_routes.QrRouteShape,
        problems=(404, 409),
    ),
)

ROUTES = (
    *PRECHECKS,
    *ACCOUNTS,
    *ENFORCEMENT,
    *DOCUMENTS,
    *REPORTING,
    *ADMINISTRATION,
    *LOOKING,
    *WEBHOOKS,
    *OPERATIONS,
    *DASHBOARD,
)
