"""Leave to reset what is final."""

CONTEXT_KEY = "billing_reset"


class Reset:
    """That somebody who may has said why an invoice is reset to a draft.

    It is an object, which no context from outside can hold.
    """

    @classmethod
    def is_allowed(cls, env):
        """Say whether somebody has; what runs elevated is the program itself."""
        return env.su or isinstance(env.context.get(CONTEXT_KEY), cls)
