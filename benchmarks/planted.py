"""Files with names in their metadata, as cameras, offices and archivers write them: a canary in every place.

Each function takes what gives a new canary and returns the bytes of a file. What the file shows has none.
"""

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import pikepdf
from PIL import Image, PngImagePlugin

Word = Callable[[], str]

_XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator>{}</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="w"?>'
)
_ARTIST, _DESCRIPTION, _XP_AUTHOR, _USER_COMMENT, _OWNER = 0x013B, 0x010E, 0x9C9D, 0x9286, 0xA430


def pixels(chance: random.Random) -> Image.Image:
    """Return a picture that shows nothing but blocks of colour."""
    image = Image.new("RGB", (64, 48))
    for at in range(0, 64, 8):
        image.paste(tuple(chance.randbytes(3)), (at, 0, at + 8, 48))
    return image


def _exif(word: Word) -> Image.Exif:
    tags = Image.Exif()
    tags[_ARTIST], tags[_DESCRIPTION] = word(), word()
    tags[_XP_AUTHOR] = word().encode("utf-16-le") + b"\0\0"
    tags.get_ifd(0x8769)[_USER_COMMENT] = b"ASCII\0\0\0" + word().encode()
    tags.get_ifd(0x8769)[_OWNER] = word()
    return tags


def jpeg(word: Word, chance: random.Random) -> bytes:
    """Return a JPEG with EXIF, XMP, a comment, and behind its end a smaller one and words, as phones write them."""
    pictures = []
    for size in ((64, 48), (16, 12)):
        out = BytesIO()
        small = pixels(chance).resize(size)
        small.save(out, "JPEG", exif=_exif(word), xmp=_XMP.format(word()).encode(), comment=word().encode())
        pictures.append(out.getvalue())
    return b"".join(pictures) + word().encode()


def png(word: Word, chance: random.Random) -> bytes:
    """Return a PNG with EXIF, XMP and text chunks."""
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Author", word())
    chunks.add_itxt("Description", word())
    chunks.add_itxt("XML:com.adobe.xmp", _XMP.format(word()))
    out = BytesIO()
    pixels(chance).save(out, "PNG", pnginfo=chunks, exif=_exif(word))
    return out.getvalue()


def tiff(word: Word, chance: random.Random) -> bytes:
    """Return a TIFF, whose tags are those of EXIF."""
    out = BytesIO()
    pixels(chance).save(out, "TIFF", tiffinfo={_ARTIST: word(), _DESCRIPTION: word()})
    return out.getvalue()


def webp(word: Word, chance: random.Random) -> bytes:
    """Return a WebP with EXIF and XMP."""
    out = BytesIO()
    pixels(chance).save(out, "WEBP", exif=_exif(word).tobytes(), xmp=_XMP.format(word()).encode())
    return out.getvalue()


def pdf(word: Word, _: random.Random) -> bytes:
    """Return a PDF with an Info dictionary, XMP and an attachment's name."""
    made = pikepdf.new()
    made.add_blank_page()
    with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:creator"] = [word()]
    made.docinfo["/Author"], made.docinfo["/Title"] = word(), word()
    made.attachments[word()] = b"x"
    out = BytesIO()
    made.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def archive(word: Word, _: random.Random) -> bytes:
    """Return a zip whose members' names, comments and own comment are words."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        member = zipfile.ZipInfo(f"{word()}/{word()}.txt")
        member.comment = word().encode()
        made.writestr(member, b"x")
        made.comment = word().encode()
    return out.getvalue()


def office(word: Word, _: random.Random) -> bytes:
    """Return what an office program writes of a document and who wrote it, its parts not compressed."""
    out = BytesIO()
    people = f"<dc:creator>{word()}</dc:creator><cp:lastModifiedBy>{word()}</cp:lastModifiedBy>"
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("docProps/core.xml", f"<cp:coreProperties>{people}</cp:coreProperties>")
        made.writestr("docProps/app.xml", f"<Properties><Manager>{word()}</Manager></Properties>")
        made.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


PICTURES = (jpeg, png, tiff, webp)
DOCUMENTS = (pdf, archive, office)
