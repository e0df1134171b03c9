"""Rewrites config.example.toml from the settings."""

from pathlib import Path

from bot.settings.example import example

if __name__ == "__main__":
    path = Path(__file__).resolve().parent.parent / "config.example.toml"
    path.write_text(example())
    print("wrote", path.name)
