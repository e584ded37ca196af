"""An invented room for the tests of the live page: `…/room/map` over a map.json and events that the test decides."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from trucewatch.report.overview import overview_of
from trucewatch.web.app import PAGE_POLICY, STATIC
from trucewatch.web.mapped import compressed, sent


class Centre:
    """What the page is told. `line_is_cut` ends every stream of events, and refuses new ones."""

    def __init__(self, case_map: dict) -> None:
        self.overview = b""
        self._whole = case_map
        self.leave_out(0)
        self.line_is_cut = False
        self.resumed_after: list[str | None] = []
        self._events: list[str] = []

    def say(self, name: str, **fields: object) -> None:
        """Tell every open page of one more entry."""
        number = len(self._events) + 1
        self._events.append(f"id: {number}\nevent: {name}\ndata: {json.dumps(fields)}\n\n")

    def leave_out(self, amount: int) -> list[str]:
        """Leave the newest incidents out of the case for now, and return their ids."""
        incidents = self._whole["incidents"]
        in_order = sorted(incidents["features"], key=lambda f: f["properties"]["first"] or "")
        kept = in_order[: len(in_order) - amount]
        self.overview = compressed(overview_of(self._whole | {"incidents": incidents | {"features": kept}}))
        return [f["properties"]["id"] for f in in_order[len(kept) :]]

    def incident(self, name: str) -> dict:
        """Return one incident with its lines of sight."""
        features = self._whole["incidents"]["features"]
        rays = [ray for ray in self._whole["rays"]["features"] if ray["properties"]["incident"] == name]
        found = next(feature for feature in features if feature["properties"]["id"] == name)
        return found | {"rays": {"type": "FeatureCollection", "features": rays}}

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

    @app.get("/room/case/overview")
    def overview() -> Response:
        return sent(centre.overview, "gzip")

    @app.get("/room/case/incidents/{name}.json")
    def incident(name: str) -> dict:
        return centre.incident(name)

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
