"""The form of a working copy, checked by the parent: a JPEG of one scan, as the child's encoder writes it. Pure.

The child that wrote the copy had read the stranger's file and may be the file's by then. So nothing is taken but the
parts that a picture needs, each once or in its place: no comment, no application data, no second picture, nothing
behind the end. What is left to hide something in are the pixels.
"""

MOST_SIDE = 4_096  # pixels: enough to read a number plate that the original shows, 17 megapixels at most
MOST_TABLES = 1_024  # bytes of all of them: the usual ones have 558
BEGIN, END = b"\xff\xd8", b"\xff\xd9"
JFIF = bytes.fromhex("ffe000104a46494600010100000100010000")  # ITU-T T.871, 10.1: no thumbnail
_TABLES, _FRAME, _SCAN = {0xDB, 0xC4}, 0xC0, 0xDA  # ITU-T T.81, table B.1: DQT, DHT; SOF0; SOS


def is_bare(copy: bytes) -> bool:
    """Tell whether the bytes are such a picture, neither side longer than MOST_SIDE."""
    if not copy.startswith(BEGIN + JFIF):
        return False
    at, sides, tables = len(BEGIN + JFIF), (0, 0), 0
    while copy[at : at + 1] == b"\xff" and at + 4 <= len(copy):
        marker, length = copy[at + 1], int.from_bytes(copy[at + 2 : at + 4], "big")
        following = at + 2 + length
        if marker == _SCAN:
            return 0 < min(sides) <= max(sides) <= MOST_SIDE and _is_one_scan(copy[following:])
        if marker == _FRAME and sides == (0, 0):
            sides = (int.from_bytes(copy[at + 5 : at + 7], "big"), int.from_bytes(copy[at + 7 : at + 9], "big"))
        elif marker in _TABLES and tables + length <= MOST_TABLES:
            tables += length
        else:
            return False
        at = following
    return False


def _is_one_scan(data: bytes) -> bool:
    # in a scan 0xFF is always followed by zero (ITU-T T.81, B.1.1.5); our encoder writes no restart markers
    return data.endswith(END) and data.count(b"\xff") == data.count(b"\xff\x00") + 1
