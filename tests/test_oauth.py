"""Access tokens: asked for once, kept while good, renewed in time; and what the operator reads when none is given."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest

from maild.oauth import TokenRefused, Tokens, TokenUnavailable, oauthbearer, xoauth2


class Secret:
    def __init__(self, text):
        self._text = text

    def reveal(self):
        return self._text


def grant(url, *, refresh_token="again", client_secret="client-secret", scope=""):
    return SimpleNamespace(
        token_url=url, client_id="maild", client_secret=Secret(client_secret), refresh_token=Secret(refresh_token), scope=scope
    )


class Authority:
    """Answers every request with `status` and `body`; `asked` holds the forms."""

    def __init__(self):
        self.status, self.body, self.headers, self.asked = 200, b'{"access_token": "one", "expires_in": 3600}', {}, []
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                authority.asked.append({name: values[0] for name, values in form.items()})
                self.send_response(authority.status)
                for name, value in authority.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(authority.body)))
                self.end_headers()
                self.wfile.write(authority.body)

            def do_GET(self):
                authority.asked.append("redirected")
                self.send_error(404)

            def log_message(self, *arguments):
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/token"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def authority():
    running = Authority()
    yield running
    running.stop()


def test_a_token_is_kept_and_renewed_before_it_expires(authority):
    now = [1000.0]
    tokens = Tokens(grant(authority.url, scope="mail"), clock=lambda: now[0])
    assert tokens.token() == tokens.token() == "one"
    now[0] += 3600 - 121
    assert tokens.token() == "one"
    authority.body = b'{"access_token": "two", "expires_in": "3600"}'
    now[0] += 2
    assert tokens.token() == "two"
    assert tokens.token(fresh=True) == "two"
    assert authority.asked == 3 * [
        {
            "grant_type": "refresh_token",
            "client_id": "maild",
            "client_secret": "client-secret",
            "refresh_token": "again",
            "scope": "mail",
        }
    ]


def test_a_short_life_is_not_asked_for_each_time(authority):
    now = [0.0]
    authority.body = b'{"access_token": "brief", "expires_in": 60}'
    tokens = Tokens(grant(authority.url), clock=lambda: now[0])
    tokens.token()
    now[0] = 29
    tokens.token()
    assert len(authority.asked) == 1
    now[0] = 31
    tokens.token()
    assert len(authority.asked) == 2


def test_a_rotated_refresh_token_takes_the_place_of_the_old(authority):
    tokens = Tokens(grant(authority.url))
    authority.body = b'{"access_token": "one", "refresh_token": "rotated"}'
    tokens.token()
    tokens.token(fresh=True)
    assert [form["refresh_token"] for form in authority.asked] == ["again", "rotated"]


def test_without_a_refresh_token_the_client_stands_for_itself(authority):
    Tokens(grant(authority.url, refresh_token="", scope="https://outlook.office365.com/.default")).token()
    (form,) = authority.asked
    assert form["grant_type"] == "client_credentials"
    assert "refresh_token" not in form


@pytest.mark.parametrize(
    ("status", "body", "error", "word"),
    [
        (400, b'{"error": "invalid_grant", "error_description": "secret things"}', TokenRefused, "sign in anew"),
        (401, b'{"error": "invalid_client"}', TokenRefused, "client_secret"),
        (400, b'{"error": "invalid_scope"}', TokenRefused, "scope"),
        (403, b"<html>no</html>", TokenRefused, "403"),
        (400, b'["error"]', TokenRefused, "400"),
        (429, b'{"error": "slow_down"}', TokenUnavailable, "429"),
        (503, b"", TokenUnavailable, "503"),
        (400, b'{"error": "temporarily_unavailable"}', TokenUnavailable, "temporarily"),
        (200, b"not json", TokenUnavailable, "JSONDecodeError"),
        (200, b"[]", TokenUnavailable, "no JSON object"),
        (200, b'{"token_type": "Bearer"}', TokenUnavailable, "without a token"),
        (200, b'{"access_token": 7}', TokenUnavailable, "without a token"),
    ],
)
def test_an_answer_without_a_token_tells_what_passes_from_what_must_be_mended(authority, status, body, error, word):
    authority.status, authority.body = status, body
    with pytest.raises(error, match=word) as told:
        Tokens(grant(authority.url)).token()
    assert "secret things" not in str(told.value)
    assert "client-secret" not in str(told.value)


def test_an_odd_lifetime_is_an_hour(authority):
    authority.body = b'{"access_token": "one", "expires_in": "soon"}'
    now = [0.0]
    tokens = Tokens(grant(authority.url), clock=lambda: now[0])
    tokens.token()
    now[0] = 3400
    tokens.token()
    assert len(authority.asked) == 1


def test_a_redirect_would_carry_the_secret_away_and_is_refused(authority):
    authority.status, authority.headers = 302, {"Location": authority.url}
    with pytest.raises(TokenRefused):
        Tokens(grant(authority.url)).token()
    assert "redirected" not in authority.asked


@pytest.mark.parametrize("url", ["http://login.elsewhere.test/token", "ftp://127.0.0.1/token", "file:///etc/passwd"])
def test_a_secret_goes_over_tls_only(url):
    with pytest.raises(TokenRefused, match="https"):
        Tokens(grant(url)).token()


def test_a_server_that_is_away_passes(authority):
    authority.stop()
    with pytest.raises(TokenUnavailable):
        Tokens(grant(authority.url)).token()


def test_threads_share_one_request(authority):
    tokens = Tokens(grant(authority.url))
    threads = [threading.Thread(target=tokens.token) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(authority.asked) == 1


def test_the_answers_of_both_mechanisms():
    assert xoauth2("a@b.test", "T") == "user=a@b.test\x01auth=Bearer T\x01\x01"
    assert oauthbearer("a=,b", "T") == "n,a=a=3D=2Cb,\x01auth=Bearer T\x01\x01"
