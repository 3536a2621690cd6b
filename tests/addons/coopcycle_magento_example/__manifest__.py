{
    "name": "Example of an Extension",
    "summary": "A field on imported orders, and a key of exported invoices",
    "version": "1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "CoopCycle and Magento Connector contributors",
    "depends": ["coopcycle_magento"],
    "installable": True,
}
