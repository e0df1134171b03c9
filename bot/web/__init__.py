"""The coordinator's dashboard and the webhook's route: the only room that imports Starlette."""
