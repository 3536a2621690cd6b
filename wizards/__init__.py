from . import billing, coopcycle, magento, sending, reminding, service
