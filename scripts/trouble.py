"""What goes wrong before the site runs is said in one Italian sentence, with what to do."""

import errno
import sys


class Trouble(Exception):
    """A state that the person at the keyboard can mend."""


NO_SPACE = (
    "Lo spazio su disco è esaurito: liberare almeno {megabytes} MB e riprovare. Nessun dato inserito è andato perso."
)


def guarded(main) -> int:
    """Run `main`; turn every trouble into its sentence and an exit code that is not 0."""
    try:
        return main() or 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sentence = NO_SPACE.format(megabytes=500)
    except Trouble as trouble:
        sentence = str(trouble)
    print(f"\n{sentence}", file=sys.stderr)
    return 1
