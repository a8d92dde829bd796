"""Bodies of pre-checks as hypothesis makes them: good ones, and ones that are nearly so."""

import json
from collections.abc import Mapping

from hypothesis import strategies as st

_IDS = st.sampled_from(["li", "mu", "wm-1", "wm-2", "a:b.c_d-E"])
_JUNK: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 7, 60, 60.0, 1.5, 10**30, -1, "", "60", "x" * 65, "a b", "\ud800", "é", [], {}]
)
_FIELDS: Mapping[str, st.SearchStrategy[object]] = {
    "member_id": _IDS,
    "target_id": _IDS,
    "request_id": st.sampled_from(["r-1", "r-2", "r-3"]),
    "way": st.sampled_from([1, "1", "qr_code", "phone_search", 202, "unknown"]),
    "initiated_by": st.sampled_from(["member", "contact"]),
    "target_phone": st.sampled_from(["+8613800000000"] * 4 + ["+12"]),
    "greeting": st.text(max_size=12) | st.sampled_from(["Hello: you", ":::", "{}"]),
}
_MODES: st.SearchStrategy[dict[str, object]] = st.sampled_from(
    [
        *[{}, {"mode": "spend"}, {"mode": "peek"}, {"mode": "hold", "hold_s": 60}] * 4,
        *[{"mode": "hold"}, {"hold_s": 1}, {"mode": "hold", "hold_s": 3601}, {"mode": "other"}],
    ]
)
_RAW = (
    lambda text: text,
    lambda text: text[:-1] + ', "member_id": "li"}',
    lambda text: text[:-1] + ', "member\\u005fid": "li"}',
    lambda text: text[:-1] + ', "mode": NaN}',
    lambda text: text[:-1] + ', "hold_s": 1e400}',
    lambda text: text[:-1] + ', "hold_s": 06}',
    lambda text: text[:-1] + ",}",
    lambda text: text + "}",
    lambda text: "[" * 90 + text + "]" * 90,
    lambda text: "\ufeff" + text,
    lambda text: text.replace('"li"', '"l\\u0069"'),
    lambda text: text.replace('"li"', '"li\x00"'),
    lambda text: text.replace(" ", "\t\r\n"),
    lambda text: text.replace(" ", "\xa0"),
    lambda text: text[: len(text) // 2],
)
"""What becomes of the JSON text of an object."""


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """The text of a body of the enterprise `acme`, most often one that can be decided."""
    needed = {name: _FIELDS[name] for name in ("member_id", "target_id")}
    optional = {name: made for name, made in _FIELDS.items() if name not in needed}
    fields: dict[str, object] = {"enterprise_id": "acme"}
    fields |= draw(st.fixed_dictionaries(needed, optional=optional))
    fields |= draw(_MODES)
    if not draw(st.integers(0, 5)):
        fields[draw(st.sampled_from([*_FIELDS, "mode", "hold_s", "other"]))] = draw(_JUNK)
    text = json.dumps(fields, ensure_ascii=draw(st.booleans()))
    return text if draw(st.integers(0, 5)) else draw(st.sampled_from(_RAW))(text)
