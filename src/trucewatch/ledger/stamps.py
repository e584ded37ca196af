"""A day's checkpoint under the time stamp of an authority that is neither party nor centre (RFC 3161).

The authority sees a SHA-256 and nothing else, and says when it saw it. Its clock is then worth what its certificate is
worth, to whoever trusts the root. A token that is missing, refused or wrong is a state of that day, which stays in
sight until there is one.

    CENTRE/stamps/<day>.note           the checkpoint whose text was sent, as the log had signed it
    CENTRE/stamps/<day>.why            why there is no token yet, in one line
    CENTRE/stamps/roots.pem            the roots that the centre goes by
    CENTRE/ledger/timestamps/<sha256 of the checkpoint's text>.tsr   the response
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from trucewatch.ledger import verify
from trucewatch.ledger.disk import Disk, RealDisk
from trucewatch.ledger.ladder import clock

MOST_TOKEN_BYTES = 65_536  # a guess: a token with a long chain of certificates has some 10,000
PATIENCE_S = 20.0  # until an authority has answered; a guess
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.note")


class Asks(Protocol):
    """What asks an authority: its response to a request; raises OSError where none comes."""

    def __call__(self, request: bytes) -> bytes:
        """Return the response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A day's time stamp: how many entries it is over, and the authority's time, or why there is none (`why`)."""

    day: str
    size: int
    time: datetime | None = None
    why: str = ""


def stamp_words(stamp: Stamp) -> str:
    """Say whether a day has its time stamp."""
    if stamp.time is None:
        return f"no time stamp for {stamp.day}: {stamp.why}"
    return f"time stamp for {stamp.day}: {stamp.size:,} entries were signed before {clock(stamp.time)}"


def check_token(response: bytes, text: bytes, roots: Iterable[Certificate], nonce: int | None = None) -> datetime:
    """Return the authority's time in a response over this text; raise verify.VerificationError unless it holds.

    It holds when it is granted, is over the SHA-256 of just this text, and is signed by a certificate for time stamping
    and nothing else that one of the roots vouches for at that time (RFC 3161, sections 2.3 and 2.4.2).
    """
    if len(response) > MOST_TOKEN_BYTES:
        raise verify.VerificationError(f"the response has more than {MOST_TOKEN_BYTES} bytes")
    decoded = _decoded(response)
    try:
        is_over_text = decoded.tst_info.message_imprint.message == hashlib.sha256(text).digest()
        if is_over_text:
            VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(decoded, text)
        time = decoded.tst_info.gen_time.astimezone(UTC)
    except (VerificationError, ValueError) as error:
        raise verify.VerificationError(f"the token does not hold: {' '.join(str(error).split())[:200]}") from None
    if not is_over_text:
        raise verify.VerificationError("the token is over something else than this checkpoint")
    return time


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(response)
    except ValueError:
        raise verify.VerificationError("the response is not one of RFC 3161") from None


def read_roots(pem: bytes) -> list[Certificate]:
    """Return the certificates of a PEM file; raise ValueError where it holds none."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise ValueError("the file of roots holds no certificates in PEM") from None


def authority(url: str) -> Asks:
    """Return what asks the authority at a URL (RFC 3161, section 3.4); ValueError where it is none."""
    if not re.fullmatch(r"https?://[!-~]+", url):
        raise ValueError("the address of a time stamping authority begins with http:// or https://")

    def ask(request: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept-Encoding": "identity"}
        try:
            with (
                httpx.Client(timeout=PATIENCE_S, trust_env=False) as client,
                client.stream("POST", url, content=request, headers=headers) as response,
            ):
                if response.status_code != 200:
                    raise OSError(f"the authority answered {response.status_code}")
                body = bytearray()
                for piece in response.iter_raw():
                    body += piece
                    if len(body) > MOST_TOKEN_BYTES:
                        raise OSError("the authority's answer is too long")
                return bytes(body)
        except httpx.HTTPError:
            raise OSError("the authority cannot be reached") from None

    return ask


class Stamps:
    """The time stamps of a centre's log, in its folder. Raises OSError where the disk refuses."""

    def __init__(self, folder: Path, *, disk: Disk | None = None) -> None:
        self._folder, self._disk = folder, disk or RealDisk()

    def trust(self, pem: bytes) -> None:
        """Go by these roots from now on; ValueError where they are none."""
        read_roots(pem)
        self._disk.write(self._path("roots.pem"), pem)

    def is_due(self, now: datetime) -> bool:
        """Tell whether the day of this clock has no token yet that holds."""
        return _day(now) not in self._days() or self._state(_day(now)).time is None

    def stamp(self, ask: Asks, checkpoint: bytes, now: datetime) -> Stamp:
        """Have the day's checkpoint stamped; what fails is kept as the state of the day and returned.

        `checkpoint` is the newest one; where one of the day was sent before, that one is sent again.
        """
        day, text = self._begin(checkpoint, now)
        request = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
        try:
            response = ask(request.as_bytes())
            check_token(response, text, self._roots(), request.nonce)
        except (OSError, ValueError) as error:
            self._disk.write(self._path(f"{day}.why"), f"{error}\n".encode())
        else:
            self._keep(day, text, response)
        return self._state(day)

    def request(self, checkpoint: bytes, now: datetime) -> bytes:
        """Return the day's request for an authority that is reached by a stick, without a nonce."""
        day, text = self._begin(checkpoint, now)
        self._disk.write(self._path(f"{day}.why"), b"a request was written; its response has not come back\n")
        builder = TimestampRequestBuilder(nonce=False).data(text).hash_algorithm(HashAlgorithm.SHA256)
        return builder.build().as_bytes()

    def bring(self, responses: Iterable[bytes]) -> list[Stamp]:
        """Keep responses that came back, each with the day whose checkpoint it is over; return the days that have one.

        Raises verify.VerificationError for a response that is over none of them or that does not hold.
        """
        texts = {hashlib.sha256(self._text(day)).digest(): (day, self._text(day)) for day in self._days()}
        days = []
        for response in responses:
            try:
                day, text = texts[_decoded(response).tst_info.message_imprint.message]
            except (KeyError, ValueError):
                raise verify.VerificationError("a response is over no checkpoint that was sent from here") from None
            check_token(response, text, self._roots())
            self._keep(day, text, response)
            days.append(day)
        return [self._state(day) for day in days]

    def all(self) -> list[Stamp]:
        """Return the state of each day that a checkpoint was to be stamped, the newest first."""
        return [self._state(day) for day in reversed(self._days())]

    def words(self) -> str:
        """Say whether the newest day has its time stamp."""
        days = self._days()
        return stamp_words(self._state(days[-1])) if days else "no time stamp: no authority was ever asked for one"

    def _begin(self, checkpoint: bytes, now: datetime) -> tuple[str, bytes]:
        verify.parse_checkpoint(checkpoint)
        day = _day(now)
        if not self._disk.exists(self._path(f"{day}.note")):
            self._disk.write(self._path(f"{day}.note"), checkpoint)
        return day, self._text(day)

    def _keep(self, day: str, text: bytes, response: bytes) -> None:
        self._disk.write(self._token(text), response)
        self._disk.remove(self._path(f"{day}.why"))

    def _state(self, day: str) -> Stamp:
        text = self._text(day)
        size = int(text.split(b"\n")[1])
        why = self._path(f"{day}.why")
        if not self._disk.exists(self._token(text)):
            said = self._disk.read(why).decode(errors="replace").strip() if self._disk.exists(why) else "not asked for"
            return Stamp(day=day, size=size, why=said)
        try:
            time = check_token(self._disk.read(self._token(text)), text, self._roots())
        except ValueError as error:
            return Stamp(day=day, size=size, why=str(error))
        return Stamp(day=day, size=size, time=time)

    def _roots(self) -> list[Certificate]:
        if not self._disk.exists(self._path("roots.pem")):
            raise ValueError("no roots were given to check it by")
        return read_roots(self._disk.read(self._path("roots.pem")))

    def _days(self) -> list[str]:
        names = (_DAY.fullmatch(name) for name in self._disk.names(self._folder / "stamps"))
        return [match[1] for match in names if match]

    def _text(self, day: str) -> bytes:
        return verify.parse_checkpoint(self._disk.read(self._path(f"{day}.note"))).text.encode()

    def _token(self, text: bytes) -> Path:
        return self._folder / "ledger" / "timestamps" / f"{hashlib.sha256(text).hexdigest()}.tsr"

    def _path(self, name: str) -> Path:
        return self._folder / "stamps" / name


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()
