from unittest import TestCase
from unittest.mock import patch

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged

from ...compat import check_access, has_access
from ...models.shared.integration_guard_mixin import ADDON, PREFIXES
from ..magento.common import MANAGER, USER, MagentoCommon

GROUPS = {
    "plain": "base.group_user",
    "salesman": "base.group_user,sales_team.group_sale_salesman_all_leads",
    "stock": "base.group_user,stock.group_stock_manager",
    "billing": "base.group_user,account.group_account_invoice",
    "reader": "base.group_user,account.group_account_readonly",
    "accountant": "base.group_user,account.group_account_manager",
    "magento": f"base.group_user,{USER}",
    "manager": f"base.group_user,{MANAGER}",
    "asker": "base.group_user,coopcycle_magento.billing_group_user",
    "approver": "base.group_user,coopcycle_magento.billing_group_approver",
    "policies": "base.group_user,coopcycle_magento.billing_group_manager",
    "program": "base.group_user,coopcycle_magento.billing_group_api",
    "technician": "coopcycle_magento.billing_group_technician",
    "dispatcher": "coopcycle_magento.billing_group_dispatcher",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
READ, EDIT, ALL = "r", "rw", "rwcd"
MAGENTO_READERS = {"magento": READ, "manager": READ}
COOPCYCLE_READERS = dict.fromkeys(("billing", "reader", "accountant"), READ)
BILLING_READERS = dict.fromkeys(
    ("asker", "billing", "reader", "accountant", "approver", "policies"), READ
)
JOBS = {"technician": ALL, "dispatcher": ALL}
LOG_READERS = COOPCYCLE_READERS | MAGENTO_READERS | {"asker": READ}
# Who may what, of whom has not all
RIGHTS = {
    "billing.archived.file": BILLING_READERS,
    "billing.bank": BILLING_READERS | {"policies": ALL},
    "billing.decision": BILLING_READERS | {"program": READ},
    "billing.decision.line": BILLING_READERS | {"program": READ},
    "billing.dispatch": BILLING_READERS,
    "billing.match": BILLING_READERS,
    "billing.match.memory": BILLING_READERS | {"policies": "rd"},
    "billing.match.part": BILLING_READERS,
    "billing.note": BILLING_READERS
    | dict.fromkeys(("billing", "accountant", "approver", "policies"), EDIT),
    "billing.note.service": {"policies": READ},
    "billing.payer": BILLING_READERS
    | dict.fromkeys(("billing", "accountant", "approver", "policies"), "rwc"),
    "billing.reminder": BILLING_READERS,
    "billing.reminder.level": BILLING_READERS | {"policies": ALL},
    "billing.reminder.line": BILLING_READERS,
    "billing.reminder.plan": BILLING_READERS | {"policies": ALL},
    "billing.operation": {"asker": READ, "approver": READ, "policies": EDIT},
    "billing.policy": BILLING_READERS | {"policies": ALL},
    "billing.service.order": BILLING_READERS | {"technician": EDIT, "dispatcher": ALL},
    "billing.service.hours": BILLING_READERS | JOBS,
    "billing.service.part": BILLING_READERS | JOBS,
    "billing.service.photo": BILLING_READERS | JOBS,
    "billing.unbilled": BILLING_READERS,
    "billing.template.rule": BILLING_READERS | {"policies": ALL},
    "billing.term.rule": BILLING_READERS | {"policies": ALL},
    "billing.finding": BILLING_READERS,
    "billing.override": BILLING_READERS,
    "billing.vat.check": BILLING_READERS,
    "coopcycle.connection": {
        "billing": "rc",
        "reader": READ,
        "accountant": ALL,
        "stock": READ,
    },
    "coopcycle.delivery": COOPCYCLE_READERS | {"stock": READ},
    "coopcycle.event": {"accountant": READ},
    "coopcycle.fetch": COOPCYCLE_READERS,
    "coopcycle.fetch.store": COOPCYCLE_READERS,
    "coopcycle.import": {"billing": READ, "reader": READ, "accountant": "rd"},
    "coopcycle.import.issue": COOPCYCLE_READERS,
    "coopcycle.mapping": {"billing": ALL, "reader": READ, "accountant": ALL},
    "coopcycle.operation": {"accountant": EDIT, "stock": READ},
    "coopcycle.reconciliation": COOPCYCLE_READERS | {"accountant": "rd"},
    "coopcycle.reconciliation.line": COOPCYCLE_READERS,
    "coopcycle.reconciliation.total": COOPCYCLE_READERS,
    "coopcycle.store": {"billing": ALL, "reader": READ, "accountant": ALL},
    "integration.process.log": LOG_READERS,
    "integration.process.log.line": LOG_READERS,
    "magento.connection": {"magento": READ, "manager": ALL},
    "magento.customer": {"magento": READ, "manager": "rwd"},
    "magento.document": {"magento": READ, "manager": "rd"},
    "magento.document.line": MAGENTO_READERS,
    "magento.operation": {"magento": READ, "manager": EDIT},
    "magento.order.state": MAGENTO_READERS,
    "magento.payment.method": {"magento": READ, "manager": ALL},
    "magento.product": MAGENTO_READERS,
    "magento.reconciliation": {"magento": READ, "manager": "rd"},
    "magento.reconciliation.ignored": MAGENTO_READERS,
    "magento.reconciliation.line": MAGENTO_READERS,
    "magento.reconciliation.total": MAGENTO_READERS,
    "magento.shipping.method": {"magento": READ, "manager": ALL},
    "magento.source": {"magento": READ, "manager": "rwd"},
    "magento.store": {"magento": READ, "manager": "rwd"},
    "magento.tax": {"magento": READ, "manager": ALL},
}
for _rights in RIGHTS.values():
    for _login in ("approver", "policies"):  # who may bill as well
        _rights.setdefault(_login, _rights.get("billing", ""))
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    b"YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
# What users decide; all other fields are the program's alone
SETTINGS = {
    "billing.bank": "journal_id match_mode charges_account_id",
    "billing.note": "text",
    "billing.note.service": """company_id is_on url model api_key timeout max_tokens
        budget parallel_requests lang_ids tone looks_at_terms instructions""",
    "billing.operation": "is_scheduled",
    "billing.policy": """name sequence active company_id start_date user_id
        event_delivery waits_for_courier event_order event_import event_service
        event_hours event_milestone event_cost period period_weekday period_day
        warehouse_ids
        category_ids
        partner_tag_ids team_ids magento_connection_ids magento_store_ids
        coopcycle_connection_ids order_domain review_above review_new_customer
        review_first review_sample review_bad_payer review_on_warning approver_kind
        approver_id four_eyes journal_id grouping collect_hour invoice_date
        apply_credits term_rule_ids brake_percent brake_window billing_channel
        billing_attach_xml billing_attach_slips note_mode note_place""",
    "billing.payer": "partner_id company_id plan_id is_exempt",
    "billing.reminder.level": """plan_id number days days_between action template_id
        attach_invoices responsible user_id""",
    "billing.reminder.plan": "name sequence active company_id level_ids",
    "billing.template.rule": """sequence active move_type partner_tag_ids policy_id
        company_id template_id""",
    "billing.term.rule": """policy_id sequence min_paid max_delay max_overdue
        payment_term_id mode""",
    "billing.service.order": """company_id subject partner_id address_id contact_id
        technician_ids dispatcher_id warehouse_id location_id date_planned
        planned_hours report photo_ids signature signed_by hours_ids part_ids
        sale_order_id""",
    "billing.service.hours": """order_id technician_id date start end duration billable
        product_id name""",
    "billing.service.part": """order_id product_id planned_quantity used_quantity
        unit_id lot_id""",
    "billing.service.photo": "order_id image name",
    "coopcycle.connection": """name active company_id base_url username password
        application_key application_secret ca_certificate timeout fetch_interval
        user_id operation_ids""",
    "coopcycle.fetch": "import_ids",
    "coopcycle.import": """encoding separator decimal_separator date_order
        create_missing_partners create_missing_products skip_invoiced_orders
        only_valid_invoices update_changed_drafts""",
    "coopcycle.mapping": "connection_id kind value product_id account_id column",
    "coopcycle.operation": "is_scheduled",
    "coopcycle.store": "connection_id store_hash name partner_id",
    "integration.process.log": "line_ids",
    "magento.connection": """name active company_id base_url path_prefix store_code
        auth_type consumer_key consumer_secret access_token access_token_secret
        ca_certificate timeout page_size user_id operation_ids store_ids
        payment_method_ids shipping_method_ids tax_ids source_ids notify_invoice
        export_invoices_from update_status_when_paid paid_status attempts_allowed
        batch_size parallel_requests settling_seconds notify_shipment
        export_shipments_from notify_credit_memo export_credit_memos_from import_since
        import_state_ids create_products order_prefix import_invoices
        import_invoices_since creditmemo_without_invoice return_to_stock""",
    "magento.customer": "partner_id",
    "magento.document": "line_ids log_line_ids",
    "magento.operation": "is_scheduled",
    "magento.order.state": "name sequence is_default",
    "magento.payment.method": """connection_id is_guess name code import_rule
        payment_term_id invoice_rule register_payments payment_journal_id""",
    "magento.reconciliation": "total_ids line_ids",
    "magento.shipping.method": "connection_id is_guess name code carrier_id",
    "magento.source": "is_guess warehouse_id",
    "magento.store": """is_guess name pricelist_id lang_id warehouse_id team_id user_id
        import_orders""",
    "magento.tax": "connection_id is_guess code rate country_id tax_id",
    "delivery.carrier": """magento_carrier_code coopcycle_connection_id
        coopcycle_pricing coopcycle_opens coopcycle_closes coopcycle_notice
        coopcycle_slot_length coopcycle_comments""",
    "stock.picking": "coopcycle_slot_from coopcycle_slot_to coopcycle_comments",
    "res.company": """billing_minutes_by_hand billing_minutes_review
        billing_check_scope billing_rate_days billing_check_vies
        billing_channel billing_attach_xml billing_attach_slips billing_letters
        billing_show_link billing_remind billing_bank_days billing_sent_since
        billing_collector_id billing_labour_lines billing_attach_report""",
    "product.product": "billing_is_labour",
    "product.template": "billing_is_labour",
    "res.config.settings": """coopcycle_magento_log_retention_days
        billing_minutes_by_hand billing_minutes_review
        billing_check_scope billing_rate_days billing_check_vies billing_channel
        billing_attach_xml billing_attach_slips billing_letters billing_show_link
        billing_remind billing_bank_days billing_sent_since billing_collector_id
        billing_labour_lines billing_attach_report""",
    "res.partner": """billing_channel billing_attach_xml billing_attach_slips
        billing_payer_ids""",
    "res.users": """billing_channel billing_attach_xml billing_attach_slips
        billing_payer_ids billing_van_id""",
}
# What else nobody but a manager does
FOR_MANAGERS = {
    ("magento.connection", "action_confirm_guesses"),
    ("magento.connection", "action_fetch_configuration"),
    ("magento.connection", "action_raise_accuracies"),
    ("magento.connection", "action_test_connection"),
    ("magento.payment.method", "action_confirm_guess"),
    ("magento.shipping.method", "action_confirm_guess"),
    ("magento.store", "action_confirm_guess"),
    ("magento.tax", "action_confirm_guess"),
}


# What who makes invoices does by right
FOR_BILLERS = {
    ("account.bank.statement.line", "action_billing_apply"),
    ("account.bank.statement.line", "action_billing_choose"),
    ("account.bank.statement.line", "action_billing_look_again"),
    ("account.bank.statement.line", "action_billing_not_this"),
    ("billing.match", "action_apply"),
    ("billing.match", "action_reject"),
    ("billing.match", "action_right"),
    ("billing.note", "action_right"),
}


@tagged("post_install", "-at_install")
class TestRights(MagentoCommon):
    """What is nobody's to write is written by nobody, by no way that scripts have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.su,
                login=f"rights_{name}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name, groups in GROUPS.items()
        }
        cls.users["administrator"] = cls.su.ref("base.user_admin")
        cls.order = cls.simulator.place_order(("SKU-001",))
        cls.connection.run_operation("import_orders")
        cls.sold = cls.su["sale.order"].search(
            [("magento_order_id", "=", str(cls.order["entity_id"]))]
        )
        cls.invoice = cls.sold._create_invoices()
        cls.other = cls.simulator.place_order(("SKU-001",))
        reconciliation = cls.su["magento.reconciliation"]._begin(
            cls.connection, "2020-01-01", "2100-01-01"
        )
        cls.document = cls.su["magento.document"].create(
            {
                "connection_id": cls.connection.id,
                "kind": "order",
                "direction": "pull",
                "payload": {"name": "Ann"},
            }
        )
        policy = cls.su["billing.policy"].create(
            {
                "name": "All",
                "company_id": cls.company.id,
                "approver_id": cls.users["approver"].id,
            }
        )
        decision = cls.su["billing.decision"].create(
            {
                "event_key": "order:0",
                "event": "order",
                "event_at": "2026-01-01",
                "company_id": cls.company.id,
                "trigger": "user",
                "policy_id": policy.id,
                "state": "held",
            }
        )
        cls.invoice.partner_id.street = False
        cls.invoice._billing_find()
        dispatch = cls.su["billing.dispatch"].create(
            {
                "move_id": cls.invoice.id,
                "company_id": cls.company.id,
                "version": 1,
                "state": "sent",
            }
        )
        dispatch._archive(cls.su["ir.attachment"].create({"name": "a", "raw": b"a"}))
        technician = cls.users["technician"]
        job = cls.su["billing.service.order"].create(
            {
                "partner_id": cls.sold.partner_id.id,
                "company_id": cls.company.id,
                "technician_ids": [Command.set(technician.ids)],
                "hours_ids": [
                    Command.create({"technician_id": technician.id, "duration": 1})
                ],
                "part_ids": [Command.create({"product_id": cls.products[0].id})],
                "photo_ids": [Command.create({"image": PIXEL})],
            }
        )
        cls.records = {
            "billing.service.order": job,
            "billing.service.hours": job.hours_ids,
            "billing.service.part": job.part_ids,
            "billing.service.photo": job.photo_ids,
            "billing.archived.file": dispatch.archived_file_ids,
            "billing.decision": decision,
            "billing.dispatch": dispatch,
            **cls.make_reminder(),
            **cls.make_match(),
            **cls.make_note(policy),
            "billing.unbilled": cls.su["billing.unbilled"].browse(
                cls.sold.order_line[:1].id
            ),
            "billing.finding": cls.invoice.billing_finding_ids,
            "billing.override": cls.su["billing.override"].create(
                {
                    "move_id": cls.invoice.id,
                    "company_id": cls.company.id,
                    "user_id": cls.users["approver"].id,
                    "accepted_at": "2026-01-01",
                    "codes": "price_differs",
                    "reason": "Agreed",
                }
            ),
            "magento.document": cls.document,
            "magento.reconciliation": reconciliation,
            "magento.reconciliation.line": reconciliation.line_ids[:1],
            "sale.order": cls.sold,
            "sale.order.line": cls.sold.order_line,
            "account.move": cls.invoice,
            "account.move.line": cls.invoice.invoice_line_ids,
            "stock.picking": cls.sold.picking_ids,
            "magento.connection": cls.connection.sudo(),
        }

    @classmethod
    def make_reminder(cls):
        plan = cls.su["billing.reminder.plan"]._get_default(cls.company)
        partner = cls.invoice.commercial_partner_id
        reminder = cls.su["billing.reminder"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "state": "sent",
                "line_ids": [
                    Command.create(
                        {"move_id": cls.invoice.id, "company_id": cls.company.id}
                    )
                ],
            }
        )
        payer = cls.su["billing.payer"].create(
            {"partner_id": partner.id, "company_id": cls.company.id}
        )
        return {
            "billing.reminder": reminder,
            "billing.reminder.line": reminder.line_ids,
            "billing.reminder.plan": plan,
            "billing.reminder.level": plan.level_ids,
            "billing.payer": payer,
        }

    @classmethod
    def make_match(cls):
        journal = cls.company_data["default_journal_bank"].with_env(cls.su)
        line = cls.su["account.bank.statement.line"].create(
            {"journal_id": journal.id, "amount": 1, "payment_ref": "A", "sequence": 9}
        )
        common = {
            "company_id": cls.company.id,
            "currency_id": cls.company.currency_id.id,
        }
        match = cls.su["billing.match"].create(
            {
                **common,
                "statement_line_id": line.id,
                "confidence": "weak",
                "kind": "exact",
                "part_ids": [
                    Command.create({**common, "item_id": line.line_ids[:1].id})
                ],
            }
        )
        memory = cls.su["billing.match.memory"].create(
            {
                "company_id": cls.company.id,
                "key": "A",
                "partner_id": cls.invoice.partner_id.id,
            }
        )
        return {
            "account.bank.statement.line": line,
            "billing.bank": cls.su["billing.bank"].create({"journal_id": journal.id}),
            "billing.match": match,
            "billing.match.part": match.part_ids,
            "billing.match.memory": memory,
        }

    @classmethod
    def make_note(cls, policy):
        service = cls.su["billing.note.service"].create({"company_id": cls.company.id})
        note = cls.su["billing.note"].create(
            {
                "company_id": cls.company.id,
                "policy_id": policy.id,
                "move_id": cls.invoice.id,
                "place": "mail",
            }
        )
        return {"billing.note": note, "billing.note.service": service}

    def own_models(self):
        return [
            model
            for model in map(self.su.__getitem__, self.registry)
            if model._original_module == ADDON
            and not model._abstract
            and not model._transient
        ]

    def guarded(self):
        """Yield (model, field) of all that is ours."""
        own = self.own_models()
        for model in map(self.su.__getitem__, self.registry):
            if model._abstract or (
                model._transient and model._original_module == ADDON
            ):
                continue
            for name, field in model._fields.items():
                is_ours = name.startswith(PREFIXES) or (
                    model in own
                    and name not in models.MAGIC_COLUMNS
                    and not _is_of_mail(name)
                    and not model._fields[name].inherited
                )
                is_setting = name in SETTINGS.get(model._name, "").split()
                if is_ours and not is_setting:
                    yield model, field

    # Fields

    def test_settings_are_named(self):
        """Whoever adds a field decides whether users write it."""
        for name, settings in SETTINGS.items():
            for setting in settings.split():
                field = self.su[name]._fields[setting]
                self.assertFalse(field.readonly, f"{name}.{setting}")

    def refused(self):
        """Expect a refusal before anything is written: it needs no savepoint."""
        return TestCase.assertRaises(self, AccessError)

    def test_nobody_writes(self):
        """No user creates or writes one of the fields, whatever other rights it has."""
        for model, field in self.guarded():
            vals = {field.name: _sample(field)}
            records = self.records.get(model._name, model)
            is_line = model._name == "account.move.line"
            needed = {"move_id": self.invoice.id} if is_line else {}
            for login, user in self.users.items():
                with self.subTest(field=str(field), user=login):
                    with self.refused():
                        records.with_user(user).write(vals)
                    with self.refused():
                        model.with_user(user).create({**vals, **needed})

    def test_nobody_copies_in(self):
        """Nor does a copy get another value than its original."""
        user = self.users["administrator"]
        for model, field in self.guarded():
            record = self.records.get(model._name, model)[:1]
            if record and model._original_module != ADDON:
                with self.subTest(str(field)), self.assertRaises(AccessError):
                    record.with_user(user).copy({field.name: _sample(field)})

    def test_no_context_brings_in(self):
        """A context gives no guarded field a default, even to elevated code."""
        for model, field in self.guarded():
            context = {f"default_{field.name}": _sample(field)}
            usual = model.default_get([field.name])
            with self.subTest(str(field)):
                found = model.with_context(**context).default_get([field.name])
                if field.name not in ("key", "reference"):  # another one each time
                    self.assertEqual(str(found), str(usual))
                self.assertEqual(found.keys(), usual.keys())

    def test_defaults_of_users(self):
        """Nor do the defaults that each user may set."""
        user = self.users["salesman"]
        self.env["ir.default"].with_user(user).set(
            "sale.order", "magento_order_id", "77", user_id=True
        )
        made = (
            self.env["sale.order"]
            .with_user(user)
            .create({"partner_id": self.sold.partner_id.id})
        )
        self.assertFalse(made.magento_order_id)

    def test_no_context_through_elevated_code(self):
        """Odoo itself makes invoices elevated, with the context of who asks."""
        other = self.su["sale.order"].create({"partner_id": self.sold.partner_id.id})
        other.order_line = [Command.create({"product_id": self.products[0].id})]
        other.action_confirm()
        asking = other.with_user(self.users["salesman"]).with_context(
            default_coopcycle_external_id="x",
            default_magento_is_creditmemo=True,
            default_magento_order_ids=[Command.link(self.sold.id)],
            default_coopcycle_order_number="A1",
        )
        move = asking._create_invoices().sudo()
        self.assertFalse(move.coopcycle_external_id)
        self.assertFalse(move.magento_is_creditmemo)
        self.assertFalse(move.magento_order_ids)
        self.assertFalse(any(move.line_ids.mapped("coopcycle_order_number")))

    def test_no_command_brings_in(self):
        """Commands of other records end at the same door."""
        sold = self.sold.with_user(self.users["salesman"])
        line = self.sold.order_line[:1]
        forged = {"magento_item_id": "77"}
        partner = self.sold.partner_id.with_user(self.users["salesman"])
        for record, vals in (
            (sold, {"order_line": [Command.update(line.id, forged)]}),
            (sold, {"order_line": [Command.create({"name": "x", **forged})]}),
            (
                partner,
                {"sale_order_ids": [Command.update(sold.id, {"magento_state": "x"})]},
            ),
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                record.write(vals)
        with self.assertRaises(AccessError):
            sold.copy({"order_line": [Command.create({"name": "x", **forged})]})
        with self.assertRaises(AccessError):
            sold.web_save({"magento_state": "new"}, {})
        messages = sold.load([".id", "magento_state"], [[str(sold.id), "new"]])
        self.assertFalse(messages["ids"])

    def test_copy(self):
        """An order and an invoice are copied as before, without being the shop's."""
        copy = self.sold.with_user(self.users["salesman"]).copy()
        self.assertFalse(copy.magento_order_id)
        copy = self.invoice.with_user(self.users["billing"]).copy()
        self.assertFalse(copy.coopcycle_external_id)

    # Models

    def test_who_may_what(self):
        """Of each model, what each user may do."""
        names = {model._name for model in self.own_models()}
        self.assertEqual(names, RIGHTS.keys())
        for name, expected in RIGHTS.items():
            for login in GROUPS:
                model = self.env[name].with_user(self.users[login])
                may = {
                    letter
                    for letter, operation in OPERATIONS.items()
                    if has_access(model, operation)
                }
                self.assertEqual(may, set(expected.get(login, "")), (name, login))

    def test_companies(self):
        """Whatever has a company is seen by who works in it."""
        for model in self.own_models():
            if "company_id" in model._fields:
                rules = self.su["ir.rule"].search(
                    [("model_id.model", "=", model._name)]
                )
                domains = "".join(rules.mapped("domain_force"))
                self.assertIn("company_ids", domains, model._name)

    def test_payload_is_for_managers(self):
        """What was exchanged has names and addresses."""
        document = self.document
        for name in ("payload", "fallbacks", "payload_text"):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    document.with_user(self.clerk).read([name])
                document.with_user(self.manager).read([name])
        self.assertTrue(document.with_user(self.clerk).has_payload)

    def test_wizards(self):
        """Who may not use a screen makes no record of it; who may sees the own ones."""
        for model in map(self.su.__getitem__, self.registry):
            if model._transient and model._original_module == ADDON:
                rules = self.su["ir.rule"].search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                own = '[("create_uid", "=", user.id)]'
                self.assertIn(own, rules.mapped("domain_force"), model._name)
                for login in ("plain", "salesman", "stock", "portal", "public"):
                    with self.subTest(model._name, user=login):
                        asking = model.with_user(self.users[login])
                        for operation in OPERATIONS.values():
                            with self.assertRaises(AccessError):
                                check_access(asking, operation)

    def test_entries(self):
        """What people type into any screen is such as a database can hold."""
        for model in map(self.su.__getitem__, self.registry):
            if not model._transient or model._original_module != ADDON:
                continue
            typed = [
                name
                for name, field in model._fields.items()
                if field.type in ("char", "text", "integer", "float", "monetary")
                and name not in models.MAGIC_COLUMNS
                and not (field.readonly or field.compute or field.related)
            ]
            with self.subTest(model._name, fields=typed):
                self.assertTrue(not typed or hasattr(model, "_clean_entry"))
        mistakes = (("billing.bank.line", "amount", float("inf")),)
        mistakes += (("billing.policy.trial", "days", 2**31),)
        for name, field, value in mistakes:
            with self.subTest(name, value=value), self.assertRaises(UserError):
                self.su[name].create({field: value})
        reopen = self.su["billing.service.reopen"].create({"reason": "a\x00\ud800b"})
        self.assertEqual(reopen.reason, "ab")

    # Methods

    def public_methods(self):
        """Yield (model, name) of the methods that are called from outside."""
        for model in map(self.su.__getitem__, self.registry):
            if model._abstract or model._transient:
                continue
            names = {
                name
                for each in type(model).__mro__
                if each.__module__.startswith(f"odoo.addons.{ADDON}.")
                for name, value in vars(each).items()
                if not name.startswith("_") and callable(value)
            }
            for name in sorted(names):
                if not _is_of_odoo(model, name):
                    yield model, name

    def test_public_methods(self):
        """Who has no right to something changes and asks nothing by any method."""
        strangers = ("plain", "salesman", "stock", "billing", "portal", "public")
        asked = len(self.simulator.requests)
        methods = {(model._name, name): model for model, name in self.public_methods()}
        self.assertLessEqual(FOR_MANAGERS, methods.keys())
        self.assertIn(("sale.order", "action_magento_refresh"), methods)
        for (model_name, name), model in methods.items():
            if model._name.startswith("coopcycle."):
                continue  # billing has them
            record = self.records.get(model._name, model.search([], limit=1))
            self.assertTrue(record, model._name)
            for login in strangers:
                if login == "billing" and (model_name, name) in FOR_BILLERS:
                    continue
                with self.subTest(f"{model._name}.{name}", user=login):
                    asking = record[:1].with_user(self.users[login])
                    changes = self.call(asking, name)
                    self.assertFalse(changes)
        self.assertEqual(len(self.simulator.requests), asked)

    def test_methods_of_managers(self):
        """What a user of Magento may not do, who may do the rest."""
        asked = len(self.simulator.requests)
        for model, name in FOR_MANAGERS:
            record = self.records.get(model) or self.su[model].search([], limit=1)
            with self.subTest(f"{model}.{name}"):
                asking = record[:1].with_user(self.users["magento"])
                with self.assertRaises(AccessError):
                    getattr(asking, name)()
        self.assertEqual(len(self.simulator.requests), asked)

    def call(self, record, name):
        """Call a method from outside, and return what was written by it."""
        written, execute = [], Cursor.execute

        def note(cursor, query, params=None, log_exceptions=True):
            text = query if isinstance(query, str) else query.code
            if text.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
                written.append(text)
            return execute(cursor, query, params, log_exceptions)

        method = getattr(record, name)
        arguments = ["import_orders"] * (_count_arguments(method))
        self.env.flush_all()
        with patch.object(Cursor, "execute", note):
            try:
                method(*arguments)
                self.env.flush_all()
            except (AccessError, UserError):
                self.env.invalidate_all(flush=False)
        return written


def _sample(field):
    """Return a value that is not empty."""
    samples = {
        "boolean": True,
        "integer": 77,
        "float": 77.0,
        "monetary": 77.0,
        "date": fields.Date.to_date("2077-07-07"),
        "datetime": fields.Datetime.to_datetime("2077-07-07 07:07:07"),
        "json": {"x": 77},
        "many2one": 1,
        "many2one_reference": 1,
        "one2many": [Command.clear()],
        "many2many": [Command.clear()],
    }
    return samples.get(field.type, "77")


def _is_of_mail(name):
    return name.startswith(
        ("message_", "activity_", "my_activity_", "has_message", "website_message_")
    )


def _is_of_odoo(model, name):
    """Say whether Odoo has the method, which has rights of its own then."""
    return any(
        name in vars(each)
        for each in type(model).__mro__
        if not each.__module__.startswith(f"odoo.addons.{ADDON}.")
        and each.__module__ != "odoo.api"
    )


def _count_arguments(method):
    code = method.__func__.__code__
    return code.co_argcount - 1 - len(method.__func__.__defaults__ or ())
