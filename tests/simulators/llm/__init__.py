"""A language model's server on loopback, as OpenAI's speaks, for tests and demo."""

from .simulator import LlmSimulator
