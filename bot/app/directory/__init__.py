"""Groups and services: brought in, searched, shown, gone to, reported on."""
