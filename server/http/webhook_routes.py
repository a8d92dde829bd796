"""The routes of webhooks, in the order of the documentation."""

from __future__ import annotations

from server.http import deliveries, webhooks
from server.http.routing import Route
from server.http.scopes import Scope

_ADMIN = frozenset({Scope.ADMIN})
_W = "/v1/webhooks/{webhook_id}"

WEBHOOKS = (
    Route(
        "GET",
        "/v1/webhooks",
        webhooks.list_webhooks,
        "Webhooks",
        scopes=_ADMIN,
        response=webhooks.WebhooksShape,
    ),
    Route(
        "PUT",
        _W,
        webhooks.put_webhook,
        "Say where notices go",
        scopes=_ADMIN,
        body=webhooks.WebhookBody,
        response=webhooks.WebhookShape,
        status=201,
        repeated=200,
        problems=(409,),
    ),
    Route(
        "GET",
        _W,
        webhooks.get_webhook,
        "A webhook",
        scopes=_ADMIN,
        response=webhooks.WebhookShape,
        problems=(404,),
    ),
    Route(
        "DELETE",
        _W,
        webhooks.delete_webhook,
        "End a webhook",
        scopes=_ADMIN,
        status=204,
        problems=(404,),
    ),
    Route(
        "GET",
        f"{_W}/deliveries",
        deliveries.list_deliveries,
        "What became of its notices",
        scopes=_ADMIN,
        query=deliveries.DeliveriesQuery,
        response=deliveries.DeliveriesShape,
        problems=(404,),
    ),
    Route(
        "POST",
        f"{_W}/deliveries/{{seq}}/replay",
        deliveries.replay_delivery,
        "Send a notice again",
        scopes=_ADMIN,
        response=deliveries.DeliveryShape,
        problems=(404, 409),
    ),
    Route(
        "POST",
        f"{_W}/replay",
        deliveries.replay_dead,
        "Send every dead letter again",
        scopes=_ADMIN,
        response=deliveries.ReplayedShape,
        problems=(404,),
    ),
)
