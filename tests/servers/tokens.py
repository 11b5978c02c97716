"""A tiny OAuth2 authority on loopback: gives access tokens for a refresh token (RFC 6749, 6) and vouches for them (RFC 7662)."""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

CLIENT_ID, CLIENT_SECRET = "maild", "client-secret"


class TokenServer:
    """`grants` maps refresh tokens to addresses, `issued` access tokens to (address, expiry in Unix seconds).

    `seconds_valid` is the life of the next tokens; `refuse` makes the token endpoint answer with this OAuth error;
    `requests` counts what was asked at each endpoint.
    """

    def __init__(self) -> None:
        self.grants: dict[str, str] = {}
        self.issued: dict[str, tuple[str, float]] = {}
        self.seconds_valid = 3600
        self.refuse = ""
        self.requests = {"/token": 0, "/introspect": 0}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    @property
    def introspection_url(self) -> str:
        return f"{self.url}/introspect"

    def grant(self, address: str) -> str:
        """A refresh token for this address."""
        token = secrets.token_urlsafe(24)
        self.grants[token] = address
        return token

    def issue(self, address: str) -> str:
        """An access token for this address."""
        token = secrets.token_urlsafe(24)
        self.issued[token] = (address, time.time() + self.seconds_valid)
        return token

    def revoke(self) -> None:
        """Every access token dies at once, as when a password was changed."""
        self.issued.clear()

    def address_of(self, token: str) -> str | None:
        """Whose valid access token this is."""
        address, expires_at = self.issued.get(token, ("", 0.0))
        return address if expires_at > time.time() else None

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """The authority's answer to a form that was posted."""
        self.requests[path] += 1
        if path == "/introspect":
            address = self.address_of(form.get("token", ""))
            return 200, {"active": address is not None, "email": address or "", "username": address or ""}
        if self.refuse:
            return 400, {"error": self.refuse}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        address = self.grants.get(form.get("refresh_token", ""))
        if form.get("grant_type") != "refresh_token" or address is None:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": self.issue(address), "token_type": "Bearer", "expires_in": self.seconds_valid}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                path = self.path.partition("?")[0]
                status, answer = (
                    authority.answer(path, form) if path in authority.requests else (404, {"error": "no such endpoint"})
                )
                octets = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *arguments: object) -> None:
                """Quiet: tests read `requests`."""

        return Handler
