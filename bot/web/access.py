"""Who may open which page: each route says it, and the application refuses a route that does not."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Roles = frozenset[str]

LEADS: Roles = frozenset({"coordinator", "safety_lead"})
"""Those who run the service: they read everything."""
RUNS: Roles = frozenset({"coordinator"})
"""Those who decide who works here."""
READERS: Roles = LEADS | {"coach"}
"""Those who read conversations: coaches only the ones they had."""
COUNTS: Roles = LEADS | {"auditor"}
"""Those who see numbers and who did what, and nothing that anybody said."""
EVERYONE: Roles = READERS | COUNTS
"""Everybody who can sign in."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Door(Route):
    """A route for staff who hold one of these roles at this moment; to the others it says 403."""

    def __init__(
        self, path: str, endpoint: Endpoint, *, to: Roles, methods: Sequence[str] = ("GET",)
    ) -> None:
        async def guarded(request: Request) -> Response:
            if not request.state.person.roles & to:
                raise HTTPException(403)
            return await endpoint(request)

        super().__init__(path, guarded, methods=list(methods))
        self.to = to
