from . import (
    connection,
    documents,
    ordering,
    exporting,
    receiving,
    reconciling,
    dashboard,
    extends,
)
