"""In the child: KLV packets (SMPTE ST 336), as drones send them beside their video; those of MISB ST 0601 are checked.

A packet is a key of 16 bytes, a length in BER (ITU-T X.690, section 8.1.3) and its value. The value of an ST 0601
packet is a local set: tags in BER-OID, lengths in BER, and last the tag 1, a checksum over all that stands before it.
"""

from collections.abc import Iterator
from typing import Any

from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.refusals import RefusedError, bounded

MOST_PACKETS = 1_000_000  # nine hours at thirty a second
KEY_BYTES = 16
UNIVERSAL = b"\x06\x0e\x2b\x34"  # every key of SMPTE begins so
TELEMETRY = bytes.fromhex("060e2b34020b01010e01030101000000")  # MISB ST 0601: UAS Datalink Local Set
_CHECKSUM_TAG = 1
_LONG = 0x80  # in a length: the low bits say how many bytes of length follow; in a tag: one more byte follows


def look(data: bytes) -> dict[str, Any]:
    """Return the facts of packets that fill the file exactly."""
    count = telemetry = right = wrong = 0
    for begin, value, end in _packets(data):
        count = bounded(count + 1, MOST_PACKETS)
        if data.startswith(TELEMETRY, begin):
            telemetry += 1
            is_right = ends_right(data[begin:end], value - begin)
            right, wrong = right + is_right, wrong + (not is_right)
    return {"kind": "packets", "facts": {"packets": count, "telemetry": telemetry, "right": right, "wrong": wrong}}


def checksum(packet: bytes) -> int:
    """Return the running sum of 16 bits of ST 0601, section 6.6: even bytes count 256-fold."""
    return (256 * sum(packet[::2]) + sum(packet[1::2])) % 65_536


def _packets(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where each packet, its value and what follows it begin."""
    at = 0
    while at < len(data):
        value, end = extent(data, at + KEY_BYTES, len(data))
        if not value or not data.startswith(UNIVERSAL, at):
            raise RefusedError(Reason.BROKEN)
        yield at, value, end
        at = end


def extent(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return where the value behind the length at `at` begins and ends; zeros where it does not end by `most`."""
    first = data[at] if at < most else _LONG
    more = first & 0x7F if first & _LONG else 0
    value = at + 1 + more
    end = value + (int.from_bytes(data[at + 1 : value], "big") if more else first)
    # 0x80 alone is the indefinite form, which KLV does not have; lengths of more than eight bytes nobody needs
    return (0, 0) if first == _LONG or more > 8 or end > most else (value, end)


def ends_right(packet: bytes, at: int) -> bool:
    """Tell whether the items from `at` on fill the packet, the last one is the checksum, and it holds."""
    end = len(packet)
    while at < end:
        tag = packet[at] & 0x7F
        while packet[at] & _LONG and at + 1 < end:
            at += 1
            tag = tag << 7 | packet[at] & 0x7F
        value, following = extent(packet, at + 1, end)
        if not value:
            return False
        if following == end and tag == _CHECKSUM_TAG and end - value == 2:
            return checksum(packet[:value]) == int.from_bytes(packet[value:end], "big")
        at = following
    return False
