"""Somebody reads another language than English: at night, in danger, and when they change their mind."""

from tests.world import World


async def test_a_polish_speaker_at_night(world: World) -> None:
    """Screen zero in the language of their Telegram; danger in Polish has the Polish card and the English."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    ana.phone.user.language_code = "pl-PL"
    await ana.says("/start")
    guessed, hello = ana.heard()
    assert "Niebezpieczeństwo najlepiej rozumiem po angielsku" in guessed
    assert "automat" in hello
    assert "Porozmawiać z kimś" in ana.buttons
    await ana.says("nie chce juz zyc")
    card = ana.heard_once()
    assert card.count("999") == 2
    polish, english = card.split("\n\n", maxsplit=1)
    assert "SMS o treści SHOUT na 85258" in polish
    assert "text SHOUT to 85258" in english
    assert english.endswith("[Yes] [It comes and goes] [No] [Talk to someone]")
    page = ben.heard_once()
    assert page.startswith("Urgent")
    assert "is spoken to in Polish" in page
    await ana.says("nie wiem")
    assert "Człowiek, o każdej porze" in ana.heard_once()
    await ana.says("nie wiem nic")
    polish, english = ana.heard_once().split("\n\n", maxsplit=1)
    assert "Ludzie tutaj dostali ode mnie wiadomość" in polish
    assert "I've told people here." in english
    await ana.says("English")
    assert "All right, English it is." in ana.heard()[0]


async def test_a_welsh_speaker_changes_to_english_and_back(world: World) -> None:
    """At once, by a tap or by the language's name, and it is kept."""
    ana = await world.person("Ana")
    ana.phone.user.language_code = "cy"
    await ana.says("helo")
    ana.heard()
    await ana.presses("English")
    assert ana.heard_once() == "All right, English it is."
    await ana.says("/start")
    assert "What's closest to right now?" in ana.heard_once()
    await world.restarts(minutes=1)
    await ana.says("Cymraeg")
    assert "Dw i'n ysgrifennu yn Gymraeg nawr." in ana.heard_once()
    await ana.says("siarad")
    assert "Gymraeg" not in ana.heard_once()
    assert "Talk to someone" not in ana.buttons
