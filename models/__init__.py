from . import shared, coopcycle, magento
