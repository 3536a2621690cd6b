from .channels import Channels
from .sending import Sending

__all__ = ["Channels", "Sending"]
