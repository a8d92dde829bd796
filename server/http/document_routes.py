"""The routes of appeals' documents."""

from __future__ import annotations

from server.http import documents
from server.http.multipart import MULTIPART
from server.http.routing import Route
from server.http.scopes import Scope

_REVIEW = frozenset({Scope.REVIEWER, Scope.ADMIN})
_CONCERNED = frozenset({Scope.ENTERPRISE, Scope.MEMBER, Scope.ADMIN})
_WHOSE = _REVIEW | _CONCERNED
_OF_APPEAL = "/v1/appeals/{appeal_id}/documents"

DOCUMENTS = (
    Route(
        "POST",
        _OF_APPEAL,
        documents.add_document,
        "Bring a document for an appeal",
        scopes=_CONCERNED,
        body=documents.DocumentForm,
        response=documents.DocumentShape,
        status=201,
        repeated=200,
        media_types=(MULTIPART,),
        most=documents.MOST_BODY,
        problems=(404, 409),
        owned=True,
        streamed=True,
    ),
    Route(
        "GET",
        _OF_APPEAL,
        documents.list_documents,
        "The documents of an appeal",
        scopes=_WHOSE,
        response=documents.DocumentsShape,
        problems=(404,),
        owned=True,
    ),
    Route(
        "GET",
        f"{_OF_APPEAL}/{{document_id}}",
        documents.get_document,
        "A document of an appeal",
        scopes=_REVIEW,
        response_type=documents.BYTES,
        answers_with=documents.ANSWERS_WITH,
        problems=(404, 410),
    ),
)
