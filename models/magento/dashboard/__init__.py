from . import magento_dashboard
