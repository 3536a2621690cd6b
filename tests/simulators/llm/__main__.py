"""``python tests/simulators/llm/__main__.py PORT``: prints its address, and serves."""

import sys
import threading
from pathlib import Path

if __package__:
    from .simulator import LlmSimulator
else:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from simulators.llm import LlmSimulator


def main(port: int = 0) -> None:
    """Serve until the process is interrupted."""
    with LlmSimulator(port=port) as simulator:
        sys.stdout.write(simulator.url + "\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
