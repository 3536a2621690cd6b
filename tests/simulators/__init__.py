"""Servers on loopback that answer as the real systems do, for tests and demos."""
