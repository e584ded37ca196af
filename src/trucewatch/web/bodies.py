"""What somebody sends, read as it comes: bounded in size before and while it is read, and in patience."""

import asyncio
import re
import time
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from trucewatch.web.counter import RefusalError

PATIENCE_S = 30.0  # for each next piece of what is sent; a guess: a satellite link that stalls
SLOWEST_BYTES_S = 500  # on the whole; a guess: below a bad satellite link. Who sends a byte now and then keeps no place


def stated_length(request: Request, most_bytes: int) -> int:
    """Return how many bytes a request says that it brings. Raises RefusalError where that is too many, or no number."""
    stated = request.headers.get("content-length", "0")
    length = int(stated) if re.fullmatch(r"[0-9]{1,15}", stated) else most_bytes + 1
    if length > most_bytes:
        raise RefusalError(413, f"at most {most_bytes:,} bytes are read here")
    return length


async def pieces_of(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    """Yield a body as it comes. Raises RefusalError where it is too long, too slow or cut short."""
    stated_length(request, most_bytes)
    pieces, received, began = aiter(request.stream()), 0, time.monotonic()
    while True:
        try:
            async with asyncio.timeout(PATIENCE_S):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise RefusalError(408, "nothing came for too long; nothing was kept") from None
        except ClientDisconnect:
            raise RefusalError(422, "it was cut short; nothing was kept") from None
        received += len(piece)
        if received > most_bytes:
            raise RefusalError(413, f"at most {most_bytes:,} bytes are read here")
        if time.monotonic() - began > PATIENCE_S + received / SLOWEST_BYTES_S:
            raise RefusalError(408, "it came too slowly; nothing was kept")
        yield piece


async def body_of(request: Request, most_bytes: int) -> bytes:
    """Return a whole body; raises as `pieces_of` does."""
    return b"".join([piece async for piece in pieces_of(request, most_bytes)])
