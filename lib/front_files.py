"""Cut what the pages use out of the design system's package: style sheet, three fonts, a sprite of our own icons.

The full sprite has 179 icons and every font five formats; a page on a slow line needs a dozen and three.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

WEIGHTS = {400: "regular", 600: "600", 700: "700"}
VIDEO_FONT = re.compile(r"@font-face\{font-family:VideoJS;[^}]*\}")  # a data: font, which our policy refuses
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")
SYMBOL = re.compile(r'<symbol\b[^>]*\bid="(?P<name>[^"]+)".*?</symbol>', re.DOTALL)
ICON_NAME = re.compile(r"""["'](it-[a-z0-9-]+)["']""")
FONT_FACE = (
    "@font-face{{font-family:'Titillium Web';font-style:normal;font-weight:{weight};font-display:swap;"
    "src:url(fonts/{weight}.woff2) format('woff2')}}\n"
)


def cut_front_files(package: Path, *, sources: Iterable[Path], target: Path) -> list[str]:
    """Write the files into `target` and return the names of the icons; `sources` are what may name an icon."""
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    css = (package / "css" / "bootstrap-italia.min.css").read_text()
    (target / "bootstrap-italia.css").write_text(SOURCE_MAP.sub("", VIDEO_FONT.sub("", css)))
    for weight, name in WEIGHTS.items():
        font = package / "fonts" / "Titillium_Web" / f"titillium-web-v10-latin-ext_latin-{name}.woff2"
        shutil.copyfile(font, target / "fonts" / f"{weight}.woff2")
    (target / "fonts.css").write_text("".join(FONT_FACE.format(weight=weight) for weight in WEIGHTS))
    icons = used_icons(package, sources)
    (target / "sprite.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(icons.values())}</svg>')
    return list(icons)


def used_icons(package: Path, sources: Iterable[Path]) -> dict[str, str]:
    """The symbols whose quoted name stands in one of the sources, by name."""
    sprite = (package / "svg" / "sprites.svg").read_text()
    symbols = {found["name"]: found[0] for found in SYMBOL.finditer(sprite)}
    named = {name for source in sources for name in ICON_NAME.findall(source.read_text())}
    return {name: symbols[name] for name in sorted(named & set(symbols))}
