"""What all simulated servers have: connections, faults, and what they were asked."""

from .simulator import Simulator

__all__ = ("Simulator",)
