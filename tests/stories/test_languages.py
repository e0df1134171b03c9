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


async def test_another_language_is_asked_for_in_the_middle(world: World) -> None:
    """Whatever stands around its name; what was under way goes on in it, and is no answer to the question."""
    ana = await world.person("Ana")
    await ana.says("i want a drink")
    ana.heard()
    await ana.says("en español por favor")
    told = ana.heard_all()
    assert "Ahora escribo en español." in told
    assert "Pon los pies en el piso." in told
    await ana.says("english please")
    told = ana.heard_all()
    assert "All right, English it is." in told
    assert "Put your feet on the floor." in told
    ben = await world.person("Ben")
    await ben.says("/intake")
    ben.heard()
    await ben.says("czy możesz pisać po polsku?")
    assert "1 z 7" in ben.heard_all()


async def test_a_yes_to_the_offer_of_a_language(world: World) -> None:
    """Who writes in a language is offered it, for a worry about somebody too; "sí" and "tak" take it."""
    for words, offer, yes, goes_on in (
        ("quiero dejar de beber", "¿Te escribo en español?", "si", "Me alegra que lo digas."),
        ("hola, estoy mal, he bebido otra vez", "¿Te escribo en español?", "sí", "Gracias por decírmelo."),
        ("znowu piłem", "Mam pisać po polsku?", "tak", "Teraz piszę po polsku."),
        ("dw i wedi yfed eto", "Ga i ysgrifennu yn Gymraeg?", "ie", "Diolch am ddweud wrtha i."),
    ):
        ana = await world.person(f"Ana {words}")
        await ana.says(words)
        assert offer in ana.heard_all()
        await ana.says(yes)
        told = ana.heard_all()
        assert "I didn't" not in told
        assert goes_on in told, told


async def test_a_family_is_offered_their_language(world: World) -> None:
    """A worry about somebody in Spanish, Polish or Welsh: by the button, and the question is asked in it."""
    for words, yes, goes_on in (
        ("mi marido bebe mucho", "Sí", "Me alegra que escribas."),
        ("mój mąż pije", "Tak", "Dobrze, że piszesz."),
        ("mae fy ngŵr yn yfed gormod", "Ie", "Dw i'n falch"),
        ("tengo miedo de recaer", "Sí", "Ahora escribo en español."),
        ("nie mogę spać", "Tak", "Teraz piszę po polsku."),
    ):
        ana = await world.person(f"Ana {words}")
        await ana.says(words)
        ana.heard()
        await ana.presses(yes)
        assert goes_on in ana.heard_all()
