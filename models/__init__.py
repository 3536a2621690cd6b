from . import shared, coopcycle, magento, billing, banking, sending, noting
from . import reminding, service
