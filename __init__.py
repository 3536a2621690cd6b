from . import controllers, models, wizards
from .models.sending.archiving.uninstalling import uninstall_hook
