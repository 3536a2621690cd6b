from . import coopcycle, magento
