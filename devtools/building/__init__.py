"""The addon as each version of Odoo takes it, made from the one source for 17.0."""
