from . import (
    billing_service_order,
    billing_service_row_mixin,
    billing_service_hours,
    billing_service_part,
    billing_service_photo,
    extends,
    selling,
    delivering,
    invoicing,
    printing,
    billing_dashboard,
    integration_timeline,
)
