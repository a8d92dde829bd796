"""What the peers in Python are asked: validated natively, as the service validates it."""

from typing import Annotated, NotRequired

from pydantic import StringConstraints, TypeAdapter
from typing_extensions import TypedDict

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:\-]{1,64}$")]


class Asked(TypedDict):
    """A pre-check as these benchmarks ask it."""

    request_id: NotRequired[Identifier]
    enterprise_id: Identifier
    member_id: Identifier
    target_id: Identifier
    way: NotRequired[str]


parse = TypeAdapter(Asked).validator.validate_json
"""One from a body; raises ValidationError."""
