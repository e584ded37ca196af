import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import invented_case
import pytest
from frontend_digest import digest
from picture import served

from trucewatch.report.overview import overview_of
from trucewatch.web import app

ROOT = Path(__file__).parents[2]
OPEN = [
    "map.json",
    "relief.png",
    "report.html",
    "daily/2016-08-15.html",
    "incidents.csv",
    "links.csv",
    "clauses.csv",
    "rejected.csv",
]
SECRET = "nobody outside reads this"


@pytest.fixture(scope="module")
def client(directory: Path) -> Iterator[httpx.Client]:
    with served(directory) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A directory with files that are not for the page, beside and inside; the address of its server."""
    tmp_path = tmp_path_factory.mktemp("guarded")
    (tmp_path / "secret.txt").write_text(SECRET)
    inside = tmp_path / "case"
    (inside / "ledger").mkdir(parents=True)
    (inside / "daily").mkdir()
    for name in ("ledger/checkpoint", "case.toml", "daily/notes.txt", "relief.png.bak", ".hidden", "daily/.x.html"):
        (inside / name).write_text(SECRET)
    (inside / "map.json").write_text("{}")
    (inside / "links.csv").symlink_to(tmp_path / "secret.txt")
    with served(inside) as address:
        yield address


@pytest.mark.parametrize("name", OPEN)
def test_the_named_files_of_a_case_are_served(client: httpx.Client, directory: Path, name: str) -> None:
    answer = client.get(f"/case/{name}")
    assert answer.status_code == 200
    assert answer.content == (directory / name).read_bytes()


def test_the_page_and_everything_it_names_are_served(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="(\./[^"]+)"', page.text)
    assert len(named) >= 2
    assert [client.get(name[1:]).status_code for name in named] == [200] * len(named)


@pytest.mark.parametrize(
    "path",
    [
        "/case/ledger/checkpoint", "/case/case.toml", "/case/daily/notes.txt", "/case/relief.png.bak", "/case/.hidden", "/case/daily/.x.html",
        "/case/", "/case/daily", "/case/daily/", "/case/report.html", "/case/MAP.JSON", "/case/map.json/", "/case/map.json%00",
        "/case/links.csv", "/docs", "/redoc", "/openapi.json", "/assets/", "/assets/../app.py", "/build.txt", "/app.py",
    ],
)  # fmt: skip
def test_everything_else_does_not_exist(guarded: str, path: str) -> None:
    answer = httpx.get(f"{guarded}{path[1:]}", trust_env=False)
    assert answer.status_code == 404
    assert SECRET not in answer.text


def test_no_path_climbs_out_of_the_directory(guarded: str) -> None:
    up = ["..", "%2e%2e", "..%2f", "%2e%2e%2f", "..%5c", "....//", "..;"]
    paths = [
        f"/{root}/{way}/{tail}"
        for root in ("case", "case/daily", "assets")
        for way in up
        for tail in ("secret.txt", "case/case.toml", "../secret.txt", "app.py")
    ]
    paths += ["/case//etc/passwd", "/case/%2fetc%2fpasswd", "/assets//etc/passwd", "/case/daily/..%2f..%2fsecret.html"]
    for path in paths:  # http.client sends a path as it is written; other clients tidy it first
        line = http.client.HTTPConnection(guarded.removeprefix("http://").rstrip("/"))
        line.request("GET", path)
        answer = line.getresponse()
        assert (path, answer.status) == (path, 404)
        assert SECRET.encode() not in answer.read()
        line.close()


@pytest.mark.parametrize("path", ["/", "/assets/page.js", "/case/map.json", "/case/report.html", "/nowhere"])
def test_every_answer_carries_the_strict_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "*" not in policy


def test_scripts_run_on_the_page_alone_and_never_inline(client: httpx.Client) -> None:
    page = client.get("/").headers["content-security-policy"]
    report = client.get("/case/report.html").headers["content-security-policy"]
    assert page.startswith("default-src 'self'")
    assert "unsafe" not in page
    assert report.startswith("default-src 'none'")
    assert "script-src" not in report


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(client: httpx.Client, directory: Path, method: str) -> None:
    before = (directory / "map.json").read_bytes()
    assert client.request(method, "/case/map.json", content=b"{}").status_code == 405
    assert (directory / "map.json").read_bytes() == before


def test_a_foreign_name_pointed_at_loopback_is_refused(client: httpx.Client) -> None:
    assert client.get("/case/map.json", headers={"host": "elsewhere.example"}).status_code == 400


def test_the_server_of_the_command_line_takes_its_directory_from_the_environment(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setenv(app.ENVIRONMENT, str(directory))
    monkeypatch.setattr(app, "create", seen.append)
    app.from_environment()
    assert seen == [directory]


def test_a_missing_directory_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        app.create(tmp_path / "none")


def test_the_committed_bundle_is_built_from_these_sources() -> None:
    assert (app.STATIC / "build.txt").read_text().strip() == digest(), (
        "run scripts/frontend and commit src/trucewatch/web/static"
    )


def test_a_changed_source_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name in ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "src/main.ts"):
        (tmp_path / name).write_text("1")
    before = digest(tmp_path)
    (tmp_path / "src" / "main.ts").write_text("2")
    assert digest(tmp_path) != before


def test_the_lock_of_the_page_names_no_host() -> None:
    assert "://" not in (ROOT / "frontend" / "package-lock.json").read_text()


def test_the_map_is_handed_over_in_pieces(client: httpx.Client, directory: Path) -> None:
    view = client.get("/case/overview")
    assert view.headers["content-encoding"] == "gzip"
    plain = client.get("/case/overview", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == view.content == overview_of(json.loads((directory / "map.json").read_text("utf-8")))
    incident = client.get("/case/incidents/inc-00000.json").json()
    assert incident["properties"]["id"] == "inc-00000"
    assert {ray["properties"]["incident"] for ray in incident["rays"]["features"]} <= {"inc-00000"}
    for nothing in ("inc-99999.json", "inc-00000", ".json"):
        assert client.get(f"/case/incidents/{nothing}").status_code == 404


def test_a_file_that_is_no_map_has_no_first_view(guarded: str) -> None:
    assert httpx.get(f"{guarded}case/overview", trust_env=False, timeout=60).status_code == 404
    assert httpx.get(f"{guarded}case/incidents/x.json", trust_env=False, timeout=60).status_code == 404


def test_a_map_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    invented_case.write(tmp_path, 3)
    with served(tmp_path) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.get("/case/incidents/inc-00004.json").status_code == 404
        invented_case.write(tmp_path, 5)
        assert client.get("/case/incidents/inc-00004.json").status_code == 200
