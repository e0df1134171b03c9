"""Who is there and when: weekly shifts, their changes, notices of gaps, and what each has carried."""
