# Odoo looks for the modules of tests among the names of this one
from .coopcycle import (
    test_coopcycle_extending,
    test_findings_download,
    test_import_background,
    test_import_concurrency,
    test_import_findings,
    test_import_invoices,
    test_import_never_twice,
    test_import_oddities,
    test_import_prices,
    test_import_queries,
    test_import_resolving,
    test_import_rights,
    test_import_undo,
    test_tour_import,
)
from .magento.connection import (
    test_magento_companies,
    test_magento_configuration,
    test_magento_connection_screen,
    test_magento_rights,
    test_magento_secrets,
    test_tour_magento,
)
from .magento.dashboard import test_magento_dashboard, test_tour_magento_board
from .magento.exporting import (
    test_magento_cancellations,
    test_magento_export,
    test_magento_export_concurrency,
    test_magento_export_extending,
    test_magento_export_failures,
    test_magento_export_parts,
    test_magento_refunds,
    test_magento_refunds_for_good,
    test_magento_shipments,
    test_magento_shipments_runs,
    test_magento_states,
    test_tour_magento_export,
    test_tour_magento_lists,
)
from .magento.ordering import (
    test_magento_orders_amounts,
    test_magento_orders_changes,
    test_magento_orders_concurrency,
    test_magento_orders_customers,
    test_magento_orders_extending,
    test_magento_orders_firms,
    test_magento_orders_invoices,
    test_magento_orders_later,
    test_magento_orders_lines,
    test_magento_orders_options,
    test_magento_orders_queries,
    test_magento_orders_runs,
)
from .magento.receiving import (
    test_magento_cancelled_invoices,
    test_magento_cancelled_rest,
    test_magento_closed_before,
    test_magento_receiving_choice,
    test_magento_receiving_credited,
    test_magento_receiving_creditmemos,
    test_magento_receiving_extending,
    test_magento_receiving_invoices,
    test_magento_receiving_reading,
    test_magento_receiving_shipments,
)
from .magento.reconciling import (
    test_magento_full_life,
    test_magento_reconciliation,
    test_magento_reconciliation_parts,
    test_magento_reconciliation_runs,
    test_magento_recordings,
)
from .shared import test_documentation, test_example_addon, test_process_log
