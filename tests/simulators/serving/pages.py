"""HTML pages, where a client expects JSON."""

_PAGE = """<!doctype html>
<html xmlns="http://www.w3.org/1999/xhtml" >
<head>
    <title>{title}</title>
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
</head>
<body>
    <main class="page-main">
        <!-- page -->
{body}
    </main>
</body>
</html>
"""

MAINTENANCE_PAGE = _PAGE.format(
    title="Error 503: Service Unavailable",
    body="""<h1>Service Temporarily Unavailable</h1>
<p>
    The server is temporarily unable to service your request due to maintenance """
    """downtime or capacity problems.
    Please try again later.
</p>""",
)
ERROR_PAGE = _PAGE.format(
    title="There has been an error processing your request",
    body="""<h1>There has been an error processing your request</h1>
    <p><em>Exception printing is disabled by default for security reasons.</em></p>""",
)
NOT_FOUND_PAGE = _PAGE.format(title="404 Not Found", body="<h1>Whoops, our bad...</h1>")
# What a hotel's network or a firewall shows instead of the shop.
PORTAL_PAGE = _PAGE.format(title="Welcome", body="<h1>Please sign in</h1>")
