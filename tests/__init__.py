from . import (
    test_findings_download,
    test_import_findings,
    test_import_invoices,
    test_import_never_twice,
    test_import_prices,
    test_import_queries,
    test_import_resolving,
    test_tour_import,
)
