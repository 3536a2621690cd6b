"""What a check finds: in a file before its import, in documents before posting.

Plain classes that the models of this addon use; they hold no state in the database.
"""

from .finding import ERROR, INFO, MAX_SHOWN_LENGTH, WARNING, Finding, Findings

__all__ = ["ERROR", "INFO", "MAX_SHOWN_LENGTH", "WARNING", "Finding", "Findings"]
