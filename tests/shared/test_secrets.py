from contextlib import contextmanager

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, tagged

from .two_cursors import BEGINS_ANEW, TwoCursorsCase
from .versions import GROUPS

KEY = "key-that-nobody-reads"
OTHER = "key-of-a-context"
# Values of a record of each model that has secrets, which may be there but once
MODELS = {
    "magento.connection": {"name": "Shop", "base_url": "https://shop.example.com"},
    "coopcycle.connection": {"name": "Instance"},
    "billing.note.service": {},
}


@contextmanager
def refused(case):
    """See that values are refused, and no secret is in the log."""
    with (
        case.assertLogs("odoo.sql_db", "ERROR") as log,
        case.assertRaises(psycopg2.Error),
    ):
        yield
    output = str(log.output)
    case.assertNotIn(KEY, output)
    case.assertNotIn(OTHER, output)


@tagged("post_install", "-at_install")
class TestSecrets(TransactionCase):
    """What the database refuses is logged; passwords and keys are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user[GROUPS] += cls.env.ref("base.group_allow_export")
        cls.company = cls.env["res.company"].create({"name": "Secretive"})
        cls.records = {name: cls.env[name].create(cls.values(name)) for name in MODELS}
        cls.env.flush_all()

    @classmethod
    def values(cls, name):
        secrets = dict.fromkeys(cls.env[name]._get_secret_fields(), KEY)
        return {"company_id": cls.company.id, **MODELS[name], **secrets}

    def test_secrets_are_stored(self):
        """Also those that are defaults; and none is exported."""
        for name, record in self.records.items():
            secrets = record._get_secret_fields()
            self.assertTrue(secrets)
            record.invalidate_recordset()
            self.assertEqual({record[secret] for secret in secrets}, {KEY})
            record.write(dict.fromkeys(secrets, False))
            self.assertFalse(any(record[secret] for secret in secrets))
            record.unlink()
            context = {f"default_{secret}": OTHER for secret in secrets}
            model = record.with_context(**context)
            made = model.create({"company_id": self.company.id, **MODELS[name]})
            own = secrets & record._get_guarded_fields()
            self.assertEqual({made[secret] for secret in secrets - own}, {OTHER})
            self.assertFalse(any(made[secret] for secret in own))
            for secret in secrets:
                with self.assertRaises(AccessError):
                    made.export_data([secret])

    def test_what_is_refused_of_a_new_record(self):
        for name in MODELS:
            model = self.env[name]
            context = {f"default_{each}": OTHER for each in model._get_secret_fields()}
            with self.subTest(name), refused(self):
                model.create(self.values(name))
            with self.subTest(name), refused(self):
                model.with_context(**context).create(
                    {"company_id": self.company.id, **MODELS[name]}
                )
            with self.subTest(name, values="huge"), refused(self):
                model.create({**self.values(name), "company_id": 2**40})

    def test_what_is_refused_of_its_changes(self):
        """The row has the secrets already, and the log would have the row."""
        for name, record in self.records.items():
            for field in self.required(record):
                with self.subTest(name, field=field):
                    with self.assertRaises(ValidationError):
                        record.write({field: False})
            secrets = dict.fromkeys(record._get_secret_fields(), KEY)
            other = self.env["res.company"].create({"name": f"Other {name}"})
            twin = record.create({**self.values(name), "company_id": other.id})
            with self.subTest(name, values="twin"), refused(self):
                twin.write({"company_id": self.company.id, **secrets})

    def required(self, record):
        """Return the names of the fields that are never empty, or too small."""
        return [
            name
            for name, field in record._fields.items()
            if field.store and field.required and name != "settling_seconds"
        ]

    def test_no_table_of_secrets_has_checks(self):
        """A later write that one refuses would have the whole row in the log."""
        tables = [self.env[name]._table for name in MODELS]
        self.env.cr.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c'"
            " AND conrelid = ANY(%s::regclass[])",
            [tables],
        )
        self.assertFalse(self.env.cr.fetchall())


@tagged("post_install", "-at_install")
class TestSecretsAtOnce(TwoCursorsCase):
    """Two who write the same row, where one has to begin anew."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()

    def plant(self, env):
        self.record_id = env["coopcycle.connection"].create({"name": "At Once"}).id

    def clear_away(self):
        with self.registry.cursor() as cr:
            self.environment(cr)["coopcycle.connection"].browse(self.record_id).unlink()

    def test_second_one(self):
        first, second = self.open_environment(), self.open_environment()
        first = first["coopcycle.connection"].browse(self.record_id)
        second = second["coopcycle.connection"].browse(self.record_id)
        self.assertEqual(second.name, "At Once")
        first.import_started_at = "2026-01-01"
        first.env.cr.commit()
        with (
            self.assertLogs("odoo.sql_db", "ERROR") as log,
            self.assertRaises(BEGINS_ANEW),
        ):
            second.write({"username": KEY, "password": KEY})
            second.flush_recordset()
        self.assertNotIn(KEY, str(log.output))
