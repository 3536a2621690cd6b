"""``python tests/simulators/llm/__main__.py PORT``: prints its address, and serves."""

import sys
from pathlib import Path

if __package__:
    from ..serving.process import serve
    from .simulator import LlmSimulator
else:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from simulators.llm import LlmSimulator
    from simulators.serving.process import serve


def main(port: int = 0) -> None:
    """Serve until the process is stopped."""
    simulator = LlmSimulator(port=port)
    serve(simulator, introduce=lambda: simulator.url)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
