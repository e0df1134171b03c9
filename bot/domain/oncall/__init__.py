"""A request for a person: asked, escalated, shared fairly, talked through."""
