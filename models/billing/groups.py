"""Who has to do with billing, by the names of groups."""

USER = "coopcycle_magento.billing_group_user"
APPROVER = "coopcycle_magento.billing_group_approver"
MANAGER = "coopcycle_magento.billing_group_manager"
API = "coopcycle_magento.billing_group_api"
# Who makes invoices, sends them, reminds of them and says what pays them
BILLER = "account.group_account_invoice"
# Who sees what was decided about billing
READERS = f"account.group_account_readonly,{BILLER},{USER}"
# Who sees how far the billing of an invoice is: its customer reads that, too
EMPLOYEES = f"base.group_user,{API}"
