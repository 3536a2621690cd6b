from . import coopcycle, magento, billing
