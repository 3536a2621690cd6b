from . import billing, coopcycle, magento
