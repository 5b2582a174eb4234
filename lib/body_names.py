"""Which body a file names: by its code, or by its name in any of the usual ways."""

import re
from collections.abc import Iterable

from lib.cells import istat_code


class BodyNames:
    """The bodies that a row may name."""

    def __init__(self, rows: Iterable[tuple[int, str, str, str]]):
        """`rows` holds key, ISTAT code, name and province."""
        self.by_code, self.by_name = {}, {}
        for key, code, name, province in rows:
            if code:
                self.by_code[code] = {key}
            for said in (name, f"{name} {province}"):
                for where in ("", province):
                    self.by_name.setdefault((_plain(said), where), set()).add(key)

    def find(self, code: str, name: str, province: str = "") -> set[int]:
        """The keys of the bodies that are meant; the code wins, to which a spreadsheet may have cut the zeros."""
        if code:
            return self.by_code.get(istat_code(code), set())
        return self.by_name.get((_plain(name), province.upper()), set())


def _plain(name: str) -> str:
    """ "Comune di Piuro (SO)" as "piuro so"."""
    words = " ".join(re.sub(r"[^\w%]|_", " ", name.lower()).split())
    return re.sub(r"^(comune di|comune d|municipality of) ", "", words)
