{
    "name": "Example of an Extension",
    "summary": "A field of orders, a key of exports, a way to customers",
    "version": "1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "CoopCycle and Magento Connector contributors",
    "depends": ["coopcycle_magento"],
    "installable": True,
}
