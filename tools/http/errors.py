"""Settings with which no request can be made."""


class SettingError(ValueError):
    """A setting with which no request can be made; nothing was sent.

    :param code: ``url_invalid``, ``credential_invalid`` or
        ``ca_certificate_invalid``
    :param reason: of a URL: ``scheme``, ``host``, ``credentials`` or ``query``
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
        self.reason = reason
