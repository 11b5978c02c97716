"""Access tokens for mailboxes and servers that take no password (RFC 6749): asked for, kept while good, renewed in time.

Two grants: with a `refresh_token` a person once signed in and the token renews that consent (Gmail, Microsoft 365); without one the
client stands for itself (`client_credentials`, Microsoft's way for daemons). The SASL answers that carry a token are here as well.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Protocol

ANSWER_BYTES_MAX = 64 * 1024
TIMEOUT_SECONDS = 15.0
LIFETIME_SECONDS = 3600  # where the server names none
EARLY_SECONDS = 120  # renewed this long before the end, so that a token never expires between asking and logging in
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Hidden(Protocol):
    """A secret that is looked up when it is needed."""

    def reveal(self) -> str:
        """The secret itself."""
        ...


class Grant(Protocol):
    """What the operator wrote as `oauth = { … }`."""

    @property
    def token_url(self) -> str: ...  # noqa: D102 - as in the contract's section 1
    @property
    def client_id(self) -> str: ...  # noqa: D102
    @property
    def client_secret(self) -> Hidden: ...  # noqa: D102
    @property
    def refresh_token(self) -> Hidden: ...  # noqa: D102
    @property
    def scope(self) -> str: ...  # noqa: D102


class TokenRefused(Exception):  # noqa: N818 - says what is so
    """The server will not give a token until the operator mends something; the text says what."""


class TokenUnavailable(Exception):  # noqa: N818
    """The token server is away, busy or talks nonsense: try again later."""


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A redirected token request would carry the secret to another host: refused."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Tokens:
    """The access token of one grant. Safe for several threads: one asks, the others wait for its answer."""

    def __init__(self, grant: Grant, clock: Callable[[], float] = time.monotonic) -> None:
        self._grant = grant
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0
        self._rotated = ""  # a refresh token that the server gave in place of the configured one

    def token(self, *, fresh: bool = False) -> str:
        """A token that is good now; `fresh` asks for a new one although the old has not expired. Raises TokenRefused, TokenUnavailable."""
        with self._lock:
            if fresh or not self._token or self._clock() >= self._good_until:
                self._renew()
            return self._token

    def _renew(self) -> None:
        answer = _ask(self._grant.token_url, self._form())
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise TokenUnavailable("the token server answered without a token")
        try:
            lifetime_seconds = float(str(answer.get("expires_in", LIFETIME_SECONDS)))
        except ValueError:
            lifetime_seconds = LIFETIME_SECONDS
        self._token = token
        self._good_until = self._clock() + max(lifetime_seconds - EARLY_SECONDS, lifetime_seconds / 2)
        rotated = answer.get("refresh_token")
        self._rotated = rotated if isinstance(rotated, str) else self._rotated

    def _form(self) -> dict[str, str]:
        refresh_token = self._rotated or self._grant.refresh_token.reveal()
        form = {
            "grant_type": "refresh_token" if refresh_token else "client_credentials",
            "client_id": self._grant.client_id,
            "client_secret": self._grant.client_secret.reveal(),
            "refresh_token": refresh_token,
            "scope": self._grant.scope,
        }
        return {key: value for key, value in form.items() if value}


def _ask(url: str, form: dict[str, str]) -> dict[str, object]:
    """POST the form (RFC 6749, 6) and return the JSON answer; TLS is verified, redirects are not followed."""
    where = urllib.parse.urlsplit(url)
    if where.scheme != "https" and not (where.scheme == "http" and where.hostname in LOOPBACK):
        raise TokenRefused("token_url must begin with https://")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
        url, urllib.parse.urlencode(form).encode(), {"Accept": "application/json"}, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoDetour).open(request, timeout=TIMEOUT_SECONDS) as response:
            answer = json.loads(response.read(ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.code, error.read(ANSWER_BYTES_MAX)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise TokenUnavailable(
            f"no token from {where.hostname}: {getattr(error, 'reason', None) or type(error).__name__}"
        ) from None
    if not isinstance(answer, dict):
        raise TokenUnavailable("the token server's answer is no JSON object")
    return answer


def _refusal(status: int, body: bytes) -> TokenRefused | TokenUnavailable:
    """Tell an answer that a person must mend (RFC 6749, 5.2) from one that passes by itself."""
    try:
        answer = json.loads(body)
        code = str(answer["error"])
    except (ValueError, KeyError, TypeError):
        code = ""
    if status == 429 or status >= 500 or code in {"temporarily_unavailable", "server_error", "slow_down"}:
        return TokenUnavailable(f"the token server answered {status} {code}".rstrip())
    advice = {
        "invalid_grant": "the consent has expired or was withdrawn: sign in anew and write the new refresh_token",
        "invalid_client": "client_id or client_secret is wrong or has expired",
        "unauthorized_client": "this client may not use this grant: look at the application's registration",
        "invalid_scope": "the scope is wrong",
    }.get(code, "look at token_url, client_id, client_secret, refresh_token and scope")
    return TokenRefused(f"the token server answered {status} {code}".rstrip() + f": {advice}")


def xoauth2(user: str, token: str) -> str:
    """The SASL XOAUTH2 answer that Gmail and Microsoft 365 take."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def oauthbearer(user: str, token: str) -> str:
    """The SASL OAUTHBEARER answer (RFC 7628, 3.1)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\x01auth=Bearer {token}\x01\x01"
