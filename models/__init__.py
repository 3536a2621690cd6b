from . import shared, coopcycle, magento, billing, sending, reminding, service
