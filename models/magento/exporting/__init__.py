from . import (
    magento_export_rule_mixin,
    magento_export_body_mixin,
    magento_export_search_mixin,
    magento_export_button_mixin,
    magento_exported_mixin,
    magento_connection,
    magento_document,
    magento_operation,
    magento_payment_method,
)
