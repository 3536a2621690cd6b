"""``python -m simulators.magento``, or this file by its path."""

import sys
from pathlib import Path

if __package__:
    from .process import main
else:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from simulators.magento.process import main

if __name__ == "__main__":
    main()
