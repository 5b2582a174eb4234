"""How a person follows links, presses buttons and saves files."""


def link(page, words: str, *, exact: bool = True) -> None:
    """Follow a link of the page itself; the one it leads to has come as a whole."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=words, exact=exact).first.click()


def button(page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def text_of(page) -> str:
    return page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def saved(page, words: str) -> bytes:
    """The file behind a link."""
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name=words, exact=True).click()
    return download.value.path().read_bytes()
