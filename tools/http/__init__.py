"""Talking to servers that may be slow, gone or hostile; it knows none of them."""
