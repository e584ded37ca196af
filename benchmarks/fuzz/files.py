"""Files that strangers send, good ones and bombs, all made here: nothing hostile lies in the repository."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import pikepdf
from PIL import Image, TiffImagePlugin

MEBIBYTE = 1 << 20
CANARY = "Canary-Name"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **how)
    return out.getvalue()


def metadata() -> Image.Exif:
    """EXIF with a maker, an owner's name, an orientation and a place."""
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    exif[0x013B] = CANARY
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 1.0, 2.0)
    exif.get_ifd(0x8769)[0x9286] = CANARY.encode()
    return exif


def tiff_with_place() -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[34853] = {1: "N"}
    return picture("TIFF", tiffinfo=tags)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, packed: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zeros(size: int, kind: str = "zlib") -> bytes:
    """`size` zeros (whole MiB), packed as a raw, zlib or gzip stream; one packed piece is repeated, which is fast."""
    piece = bytes(MEBIBYTE)
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    raw = block * (size // MEBIBYTE) + b"\x03\x00"
    if kind == "raw":
        return raw
    if kind == "gzip":
        return gzip.compress(b"", mtime=0)[:10] + raw + struct.pack("<II", crc(size), size & 0xFFFFFFFF)
    total = 1
    for _ in range(size // MEBIBYTE):
        total = zlib.adler32(piece, total)
    return b"\x78\xda" + raw + total.to_bytes(4, "big")


def crc(size: int) -> int:
    """Return the checksum of zeros; of a bomb's, which nobody reaches, any number."""
    total = 0
    if size > 256 * MEBIBYTE:
        return total
    for _ in range(size // MEBIBYTE):
        total = zlib.crc32(bytes(MEBIBYTE), total)
    return total


def png_of_gigapixels() -> bytes:
    """65,536 by 65,536 pixels of one bit, with bytes enough for every one of them."""
    return png(65_536, 65_536, zeros(513 * MEBIBYTE))


def png_of_text(size: int = 512 * MEBIBYTE) -> bytes:
    whole = picture("PNG")
    return whole[:33] + chunk(b"zTXt", b"Comment\x00\x00" + zeros(size)) + whole[33:]


def gif_of_frames(frames: int) -> bytes:
    out = io.BytesIO()
    Image.new("P", (1, 1)).save(out, "GIF", save_all=True, append_images=[Image.new("P", (1, 1), 1)], loop=0)
    whole = out.getvalue()
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return whole[:-1] + frame * (frames - 1) + b"\x3b"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_of(size: int) -> bytes:
    """One member of so many zeros."""
    packed, name = zeros(size, "raw"), b"0.bin"
    about = struct.pack("<HHHHIIIHH", 0, 8, 0, 0, crc(size), len(packed), size, len(name), 0)
    local = b"PK\3\4" + struct.pack("<H", 20) + about + name + packed
    entry = b"PK\1\2" + struct.pack("<HH", 20, 20) + about + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + entry + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)


def zip_in_zips(deep: int, wide: int) -> bytes:
    inner = zip_of(16 * MEBIBYTE)
    for level in range(deep):
        inner = zipped({f"{level}-{number}.zip": inner for number in range(wide)})
    return inner


def zip_of_overlaps(members: int, size: int) -> bytes:
    """Many entries of the directory that all name one packed member."""
    whole = zip_of(size)
    start = struct.unpack_from("<I", whole, len(whole) - 6)[0]
    entry = whole[start : len(whole) - 22]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, members, members, len(entry) * members, start, 0)
    return whole[:start] + entry * members + end


def zip_with_links() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../up.txt", "/root.txt", "C:\\windows.txt", "a/../../b.txt", "good.txt", "inner.zip"):
            archive.writestr(name, b"x")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def tarred(kind: str = "") -> bytes:
    """Return an archive of a good file, one that leads up, a symbolic and a hard link, a device and a pipe."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{kind}") as archive:
        for name in ("good.txt", "../up.txt", "/root.txt"):
            member = tarfile.TarInfo(name)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"abc"))
        for name, type_ in (
            ("s", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("d", tarfile.CHRTYPE),
            ("f", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = type_, "/etc/passwd"
            archive.addfile(member)
    return out.getvalue()


def packed(kind: str, data: bytes) -> bytes:
    if kind == "gz":
        return gzip.compress(data, mtime=0)  # the same bytes whenever it is made: a test is named by them
    return {"bz2": bz2.compress, "xz": lzma.compress}[kind](data)


def pdf(
    pages: int = 2, *, script: bool = False, attached: bool = False, password: str = "", launch: bool = False
) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    if launch:
        made.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.Launch))])
    if attached:
        made.attachments["list.txt"] = b"a name"
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def pdf_of_stream(size: int, *, of_objects: bool = False) -> bytes:
    """Return a PDF with a stream that unfolds to `size` bytes; `of_objects` makes it one that a reader must unfold."""
    body = zeros(size)
    kind = b"/Type/ObjStm/N 1/First 4" if of_objects else b""
    stream = b"<<%s/Filter/FlateDecode/Length %d>>stream\n" % (kind, len(body)) + body + b"\nendstream"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", stream]
    out, at = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, start=1):
        at.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    rows = b"".join(b"\1" + offset.to_bytes(4, "big") + b"\0" for offset in at) + b"\2\0\0\0\3\0"
    table = (
        b"<</Type/XRef/Size 5/Index[1 4]/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(rows) + rows + b"\nendstream"
    )
    return out + b"9 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "lol">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><lolz>&a9;</lolz>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
KML = b'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>x</name></Document></kml>'


def ber(length: int) -> bytes:
    return bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")


def telemetry(items: dict[int, bytes], *, right: bool = True) -> bytes:
    """Return a packet of MISB ST 0601 with its checksum."""
    inner = b"".join(bytes([tag]) + ber(len(value)) + value for tag, value in items.items()) + b"\x01\x02"
    head = bytes.fromhex("060e2b34020b01010e01030101000000") + ber(len(inner) + 2) + inner
    total = sum(byte << (8 * ((at + 1) % 2)) for at, byte in enumerate(head)) & 0xFFFF
    return head + (total if right else total ^ 1).to_bytes(2, "big")
