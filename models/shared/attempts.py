"""How long what was refused waits for its next attempt."""

from datetime import timedelta

# Between one attempt and the next
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def pause_after(attempts):
    """Return how long to wait after so many attempts."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]
