"""Around the moment: ways to get help, everyday life, families, people's own words."""
