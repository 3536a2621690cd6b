"""Who has to do with service orders, by the names of groups."""

from ..billing.groups import BILLER, MANAGER, READERS

TECHNICIAN = "coopcycle_magento.billing_group_technician"
DISPATCHER = "coopcycle_magento.billing_group_dispatcher"
# Who may know what is sold, and how far it is billed; technicians do not
OFFICE = f"{READERS},{DISPATCHER}"
__all__ = ["BILLER", "DISPATCHER", "MANAGER", "OFFICE", "TECHNICIAN"]
