{
    "name": "CoopCycle and Magento Connector",
    "summary": "CoopCycle's invoicing export becomes correct draft invoices, checked first",
    "description": "CoopCycle's invoicing export becomes correct draft invoices.",
    "version": "17.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "CoopCycle and Magento Connector contributors",
    "depends": ["account"],
    "data": [],
    "application": True,
    "installable": True,
}
