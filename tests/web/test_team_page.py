"""People on the team: who may do what, and one tap that ends all of it, or gives it back."""

from tests.web.desk import HOSTILE, Desk
from tests.web.test_pages import words


async def test_suspended_and_back(desk: Desk) -> None:
    """Ben's roles and page end with one tap of Kim's and come back with another; both are in the log."""
    kim = await desk.arrives("coordinator", name="Kim")
    ben = await desk.arrives("coach", "young_people", name="Ben")
    async with desk.signed_in(kim) as hers, desk.signed_in(ben) as his:
        said = words(await hers.get("/team"))
        assert "Ben Coach" in said
        assert "May talk with people under 18" in said
        assert (await his.get("/team")).status_code == 403
        path = f"/team/{ben.id}"
        assert (await hers.submits(path, did="suspend")).headers["location"] == "/team"
        assert (await desk.person(ben.id)).roles == set()
        assert (await his.get("/conversations")).headers["location"] == "/sign-in"
        assert "Suspended" in words(await hers.get("/team"))
        await hers.submits(path, did="lift")
        assert (await desk.person(ben.id)).roles == {"coach", "young_people"}
        log = words(await hers.get("/audit"))
        assert "Suspended somebody" in log
        assert "Ended a suspension" in log


async def test_permissions_of_coaches_only(desk: Desk) -> None:
    """Permissions are given and taken, roles are not; nobody suspends themselves."""
    kim = await desk.arrives("coordinator", name=HOSTILE)
    ben, ana = await desk.arrives("coach", name="Ben"), await desk.arrives()
    async with desk.signed_in(kim) as hers:
        await hers.submits(f"/team/{ben.id}", did="give", what="may_meet")
        assert "may_meet" in (await desk.person(ben.id)).roles
        await hers.submits(f"/team/{ben.id}", did="take", what="may_meet")
        assert (await desk.person(ben.id)).roles == {"coach"}
        for who, did, what in (
            (kim, "suspend", ""),
            (ana, "suspend", ""),
            (ana, "give", "may_meet"),
            (ben, "give", "coordinator"),
            (ben, "take", "coach"),
            (ben, "lift", ""),
            (ben, "sing", ""),
        ):
            assert (await hers.submits(f"/team/{who.id}", did=did, what=what)).status_code == 404
        assert "<script>" not in (await hers.get("/team")).text
