from . import shared, coopcycle, magento, billing, sending, service
