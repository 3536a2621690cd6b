"""How the demonstration company signs in to its CoopCycle.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
The instance is simulated; `demo_coopcycle_server.py` serves it beside the demo.
"""

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821

connection = env["coopcycle.connection"].with_company(company)._get_default()
if connection and not connection.base_url:
    connection.write(
        {
            "base_url": "http://127.0.0.1:8072",
            "username": "admin",
            "password": "p4ss word",
            "user_id": env.ref("base.user_admin").id,
        }
    )
env.cr.commit()
