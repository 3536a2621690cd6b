from . import billing, coopcycle, magento, sending, service
