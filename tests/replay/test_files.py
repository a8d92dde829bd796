import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from server.replay.files import MAX_LINE, ReplayError, read, total_bytes


def ignore(_: int) -> None:
    return None


def refused(path: Path) -> str:
    with pytest.raises(ReplayError) as error:
        list(read([path], ignore))
    return str(error.value)


def test_lines_come_in_the_order_of_the_files_with_their_numbers(tmp_path: Path) -> None:
    one, two = tmp_path / "one.ndjson", tmp_path / "two.ndjson"
    one.write_bytes(b"a\n\n  \nb\n")
    two.write_bytes(b"c")
    found = [(Path(raw.file).name, raw.number, raw.text) for raw in read([one, two], ignore)]
    assert found == [
        ("one.ndjson", 1, b"a\n"),
        ("one.ndjson", 4, b"b\n"),
        ("two.ndjson", 1, b"c"),
    ]


def test_gzip_is_told_by_how_a_file_begins(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(b"a\nb\n"))
    assert [raw.text for raw in read([path], ignore)] == [b"a\n", b"b\n"]


def test_progress_is_told_in_bytes_on_disk(tmp_path: Path) -> None:
    plain, zipped = tmp_path / "plain", tmp_path / "zipped"
    plain.write_bytes(b"a\n" * 2_500)
    zipped.write_bytes(gzip.compress(b"b\n" * 2_500))
    told: list[int] = []
    list(read([plain, zipped], told.append))
    assert told == sorted(told)
    assert len(told) >= 4
    assert told[-1] == total_bytes([plain, zipped])


def test_gzip_that_breaks_off_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(gzip.compress(b"a\n" * 10)[:-6])
    assert refused(path).startswith(f"{path}:11: cannot be read: Compressed file ended")


def test_gzip_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "damaged.gz"
    whole = bytearray(gzip.compress(b"abcdefgh\n" * 100))
    whole[12] ^= 0xFF
    path.write_bytes(whole)
    assert refused(path).startswith(f"{path}:101: cannot be read: CRC")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.ndjson"
    assert refused(path) == f"{path}:1: cannot be read: no such file or directory"
    with pytest.raises(ReplayError, match=r"none\.ndjson: cannot be read: no such file"):
        total_bytes([path])


def test_a_line_without_end_is_refused_before_it_fills_memory(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"a\n" + b"x" * (MAX_LINE + 2))
    assert refused(path) == f"{path}:2: is longer than 1 MiB"


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_byte_order_mark_at_a_files_start_is_no_part_of_it(
    tmp_path: Path, packed: Callable[[bytes], bytes]
) -> None:
    path, only = tmp_path / "marked", tmp_path / "only"
    path.write_bytes(packed(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n"))
    only.write_bytes(packed(b"\xef\xbb\xbf"))
    texts = [raw.text for raw in read([path, only, path], ignore)]
    assert texts == [b"a\n", b"\xef\xbb\xbfb\n"] * 2


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert list(read([path], ignore)) == []
