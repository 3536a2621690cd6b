"""What ``./dev`` does, with the standard library only; it never runs inside Odoo."""
