"""An invented room for the tests of the live page: `…/room/map` over a map.json and events that the test decides."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from trucewatch.web.app import PAGE_POLICY, STATIC


class Centre:
    """What the page is told. `line_is_cut` ends every stream of events, and refuses new ones."""

    def __init__(self, case_map: dict) -> None:
        self.whole = case_map
        self.left_out: set[str] = set()
        self.line_is_cut = False
        self.resumed_after: list[str | None] = []
        self._events: list[str] = []

    def say(self, name: str, **fields: object) -> None:
        """Tell every open page of one more entry."""
        number = len(self._events) + 1
        self._events.append(f"id: {number}\nevent: {name}\ndata: {json.dumps(fields)}\n\n")

    def map_json(self) -> bytes:
        """Return the case without what is left out for now."""
        incidents = self.whole["incidents"]
        kept = [f for f in incidents["features"] if f["properties"]["id"] not in self.left_out]
        return json.dumps(self.whole | {"incidents": incidents | {"features": kept}}).encode()

    async def stream(self, last: int) -> AsyncIterator[str]:
        """Yield the events after so many, and those to come."""
        yield "retry: 50\n\n"
        while not self.line_is_cut:
            for event in self._events[last:]:
                yield event
            last = len(self._events)
            await asyncio.sleep(0.02)


def room(centre: Centre, directory: Path) -> FastAPI:
    """Return the application; pictures of the case come from the directory."""
    app = FastAPI()

    @app.get("/room/map")
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": PAGE_POLICY})

    @app.get("/room/case/map.json")
    def case_map() -> Response:
        return Response(centre.map_json(), media_type="application/json")

    @app.get("/room/case/relief.png")
    def relief() -> FileResponse:
        return FileResponse(directory / "relief.png")

    @app.get("/room/events")
    def events(request: Request) -> Response:
        if centre.line_is_cut:
            return Response(status_code=503)
        last = request.headers.get("last-event-id")
        centre.resumed_after.append(last)
        return StreamingResponse(centre.stream(int(last or 0)), media_type="text/event-stream")

    app.mount("/room/assets", StaticFiles(directory=STATIC / "assets"))
    return app
