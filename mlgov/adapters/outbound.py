"""Addresses that the settings name and that something is posted to.

Only https, or http to this machine; no user or password in the address, and no redirect is followed, because what is
sent must not go to whom nobody named.
"""

import urllib.request
from urllib.parse import urlsplit

from mlgov.errors import UsageError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def safe_host(url: str, owner: str) -> str:
    """Give the host of an address that may be posted to. No part of the address is repeated in an error.

    Args:
        url: The address.
        owner: Whose it is, for people, such as ``the webhook``.

    Raises:
        UsageError: It cannot be read, is not https, or holds a user or a password.
    """
    try:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port
    except ValueError:
        host, port = "", None
    hint = "Write https://HOST/PATH; http only for this machine."
    if not host or port == 0 or any(character <= " " or character > "~" for character in url):
        raise UsageError(f"The address of {owner} cannot be read.", hint=hint)
    if address.scheme != "https" and (address.scheme, host in LOOPBACK) != ("http", True):
        raise UsageError(f"The address of {owner} is no https address.", hint=hint)
    if address.username is not None or address.password is not None:
        raise UsageError(f"The address of {owner} holds a user or a password.", hint="Leave it out.")
    return host


def opener(host: str) -> urllib.request.OpenerDirector:
    """Make what opens addresses of a host: it follows no redirect, and asks no proxy about this machine."""
    proxies = [urllib.request.ProxyHandler({})] if host in LOOPBACK else []
    return urllib.request.build_opener(_NoRedirect, *proxies)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:  # noqa: ARG002 - urllib's signature
        return None
