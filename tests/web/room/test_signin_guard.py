import pytest

from trucewatch.web.room.guard import (
    COOKIE,
    GuardError,
    check_form_token,
    check_same_origin,
    cookie,
    form_token,
    no_cookie,
    return_path,
    token_of,
)

PAGE, TOKEN = "centre.example", "abcDEF123_-"
HOME = f"https://{PAGE}"


def test_the_cookie_is_for_this_host_and_for_no_script():
    for header in (cookie(TOKEN), no_cookie()):
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= {*header.split("; ")}
        assert header.startswith("__Host-")
        assert "Domain" not in header
    assert token_of(cookie(TOKEN).split(";")[0]) == TOKEN
    assert token_of(no_cookie().split(";")[0]) == ""


@pytest.mark.parametrize(
    "header",
    [
        "",
        "other=x",
        f"{COOKIE}",
        f"{COOKIE}=",
        f"{COOKIE}=a; {COOKIE}=b",
        f"{COOKIE}=a b",
        f'{COOKIE}="a"',
        f"{COOKIE}=ü",
        f"{COOKIE}={'a' * 129}",
        f"x{COOKIE}=a",
        f"{COOKIE.lower()}=a",
    ],
)
def test_a_cookie_header_without_just_one_token_of_ours_brings_none(header):
    assert token_of(header) == ""


def test_the_token_is_found_among_other_cookies():
    assert token_of(f"a=b; {COOKIE}={TOKEN}; c=d") == TOKEN


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": HOME},
        {"origin": f"{HOME}:8443"},
        {"origin": f"https://room.{PAGE}", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://localhost:8000", "host": "localhost:8000"},
        {"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"},
    ],
)
def test_a_form_of_our_own_page_is_taken(headers):
    check_same_origin("POST", headers, PAGE)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": ""},
        {"origin": "null"},
        {"origin": "https://elsewhere.example"},
        {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"},
        {"origin": f"http://{PAGE}"},
        {"origin": f"https://{PAGE}.elsewhere.example"},
        {"origin": f"https://not{PAGE}"},
        {"origin": "https://centrexexample"},
        {"origin": f"{HOME}\n"},
        {"origin": HOME, "sec-fetch-site": "same-site"},
        {"origin": HOME, "sec-fetch-site": "cross-site"},
        {"origin": HOME, "sec-fetch-site": "none"},
        {"origin": "http://localhost:8000", "host": "localhost:8001"},
        {"origin": "http://localhost:8000"},
        {"origin": "http://elsewhere.example", "host": "elsewhere.example"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "post", ""])
def test_a_form_of_any_other_page_is_refused(method, headers):
    with pytest.raises(GuardError):
        check_same_origin(method, headers, PAGE)


def test_reading_is_not_asked_where_it_comes_from():
    check_same_origin("GET", {"origin": "https://elsewhere.example"}, PAGE)


def test_a_form_is_taken_with_the_token_of_its_session_and_form_alone():
    given_out = form_token(TOKEN, "reply")
    check_form_token(TOKEN, "reply", given_out)
    for token, form, given_token in [
        (TOKEN, "message", given_out),
        ("another", "reply", given_out),
        ("", "reply", form_token("", "reply")),
        (TOKEN, "reply", ""),
        (TOKEN, "reply", given_out[:-1]),
        (TOKEN, "reply", "ü\ud800"),
    ]:
        with pytest.raises(GuardError):
            check_form_token(token, form, given_token)
    assert TOKEN not in given_out


@pytest.mark.parametrize("path", ["/room/", "/room/cases/c-1", "/room/incidents/1.2_x"])
def test_after_signing_in_one_is_where_one_wanted_to_go(path):
    assert return_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "/", "//elsewhere.example", "https://elsewhere.example", "/room", "/rooms/", "/room//x", "/room/../status",
     "/room/\\elsewhere.example", "/room/x\r\nSet-Cookie: a=b", "/room/?next=x", "javascript:alert(1)"],
)  # fmt: skip
def test_after_signing_in_one_is_nowhere_else(path):
    assert return_path(path) == "/room/"
