"""Actions that say what came of something."""

RELOAD = {"type": "ir.actions.client", "tag": "soft_reload"}
CLOSE = {"type": "ir.actions.act_window_close"}


def notify(message, kind="success", title=None, then=RELOAD, is_sticky=None):
    """Return the action that shows a notification.

    :param str kind: "success", "warning" or "danger"
    :param dict then: the action that follows, None for none
    :param bool is_sticky: it stays until somebody closes it; None: unless all is well
    """
    params = {
        "message": message,
        "type": kind,
        "sticky": kind != "success" if is_sticky is None else is_sticky,
    }
    if title:
        params["title"] = title
    if then:
        params["next"] = then
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": params,
    }
