from . import magento_customer, magento_order_import, magento_order_state
