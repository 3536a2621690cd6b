from . import shared, coopcycle, magento, billing, banking, sending, reminding, service
