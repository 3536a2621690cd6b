from .channels import NONE, Channels
from .sending import Sending

__all__ = ["NONE", "Channels", "Sending"]
