from . import billing, coopcycle, magento, banking, sending, noting, reminding
from . import service
