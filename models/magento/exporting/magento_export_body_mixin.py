from odoo import models


class MagentoExportBodyMixin(models.AbstractModel):
    """What Magento is told of a record, and who is asked when it refuses it.

    Another addon changes what is told by `super()`.
    """

    _name = "magento.export.body.mixin"
    _description = "What Is Exported to Magento"

    def _magento_get_quantities(self, order):
        """Return {order line: how many of its item Magento shall be told of}."""
        return {}

    def _magento_prepare_body(self, document, items):
        """Return the body of the request by which a document gets into Magento.

        :param document: the `magento.document`
        :param items: the `Item`s, without those that other documents cover
        """
        return {
            "items": self._magento_prepare_items(document, items),
            "notify": self._magento_is_announced(document),
            "appendComment": False,
            "comment": {
                "comment": self._magento_prepare_comment(document),
                "is_visible_on_front": 0,
            },
        }

    def _magento_prepare_items(self, document, items):
        return [self._magento_prepare_item(document, item) for item in items]

    def _magento_prepare_item(self, document, item):
        return {
            "order_item_id": int(item.order_item_id),
            "qty": float(item.quantity),
        }

    def _magento_prepare_comment(self, document):
        """Return a comment; by the key at its end the document is recognised."""
        return f"{self._magento_get_comment_text(document)} [{document.key}]"

    def _magento_get_comment_text(self, document):
        """Return what somebody in the shop reads."""
        return self.name

    def _magento_is_announced(self, document):
        """Say whether Magento mails the customer."""
        return False

    # When it does not get there

    def _magento_get_remedy(self, document, error):
        """Return what helps a document that Magento refused, "" if nothing special.

        :param error: the `MagentoError`
        """
        return ""

    def _magento_get_responsible(self, document):
        """Return the user who is asked when a document does not get into Magento."""
        return document.connection_id.user_id
