from . import (
    magento_document,
    magento_document_line,
    integration_timeline,
)
