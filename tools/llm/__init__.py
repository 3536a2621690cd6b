"""Having a language model draft a note, and trusting nothing that it says."""

from .asking import FAILURES_TO_STOP, Outcome, Question, ask_all
from .client import Answer, LlmClient
from .drafts import LONGEST_NOTE, Draft, Refusal, read_draft
from .errors import LlmError
from .masking import mask
from .promises import PROMISES
