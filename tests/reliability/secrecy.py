"""The canary: a text planted in every value that must not be told, and looked for in what is."""

CANARY = "canary-7f3a"


def assert_untold(text: str, where: str) -> None:
    found = text.find(CANARY)
    assert found < 0, f"{where} tells a planted value: {text[max(0, found - 300) : found + 100]}"
