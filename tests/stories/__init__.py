"""Stories: a person, a coach, a coordinator, the whole service, and a clock that the test moves."""
