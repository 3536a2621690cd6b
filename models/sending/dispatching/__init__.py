from .channels import EMAIL, NONE, Channels
from .sending import Sending

__all__ = ["EMAIL", "NONE", "Channels", "Sending"]
