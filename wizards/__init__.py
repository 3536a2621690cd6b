from . import billing, coopcycle, magento, banking, sending, reminding, service
