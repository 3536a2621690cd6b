"""Fill what earlier versions did not write down."""


def migrate(cr, version):
    """Know the pricelists that were made for Magento's orders, as they still are."""
    cr.execute(
        """
        UPDATE product_pricelist AS pricelist
           SET is_for_magento = TRUE
          FROM res_currency AS currency
         WHERE currency.id = pricelist.currency_id
           AND pricelist.name ->> 'en_US' = 'Magento ' || currency.name
           AND EXISTS (
                SELECT FROM magento_store AS store
                 WHERE store.pricelist_id = pricelist.id
           )
           AND NOT EXISTS (
                SELECT FROM product_pricelist_item AS item
                 WHERE item.pricelist_id = pricelist.id
           )
        """
    )
