"""Serves the application by uvicorn, which leaves signals and logs to the process around it."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

_DRAIN_S = 1


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to `bot.process`: uvicorn would raise them again at the end, and we'd exit 143."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


async def serve(app: ASGIApp, host: str, port: int) -> None:
    """Listen and serve until cancelled; then finish what is under way, for a second at most.

    Raises OSError when the address is taken.
    """
    await serve_on(app, listen(host, port))


async def serve_on(app: ASGIApp, listening: socket.socket) -> None:
    """The same on a socket that listens already; it is closed at the end."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=256,
            timeout_graceful_shutdown=_DRAIN_S,
        )
    )
    running = asyncio.ensure_future(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(running)
    finally:
        server.should_exit = True
        await asyncio.wait([running])
        listening.close()
