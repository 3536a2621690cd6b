"""What Odoo's data files and manifests call otherwise since a version, as a table."""

import re
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "__manifest__.py"
# The folders whose XML files Odoo loads as records
RECORDS = ("data", "security", "views")


@dataclass(frozen=True)
class Rule:
    """A text of the source for 17.0, and what newer versions have for it."""

    since: str  # the first version that has it
    old: str  # a regular expression
    new: str

    def apply(self, text: str) -> str:
        return re.sub(self.old, self.new, text)


XML = [
    # Views
    Rule("18.0", r"<(/?)tree\b", r"<\1list"),
    Rule("18.0", r"(expr=\"[^\"]*/)tree\b", r"\1list"),
    Rule("18.0", r"(name=\"view_mode\">(?:\w+,)*)tree\b", r"\1list"),
    Rule("18.0", r"('view_mode': ')tree\b", r"\1list"),
    Rule("18.0", r"( mode=\")tree\b", r"\1list"),
    Rule("18.0", r't-name="kanban-box"', 't-name="card"'),
    Rule("18.0", r'<div class="oe_chatter">[\s\S]*?</div>', "<chatter />"),
    # Scheduled actions repeat for ever, and make up for no time they missed
    Rule("18.0", r"\n *<field name=\"numbercall\">-1</field>", ""),
    Rule("18.0", r"\n *<field name=\"doall\" eval=\"False\" ?/>", ""),
    # Products: all of ours are services
    Rule("18.0", r'name="detailed_type"', 'name="type"'),
    Rule("18.0", r"default_detailed_type", "default_type"),
    # Accounts
    Rule("18.0", r"\('company_id', 'parent_of', company_id\), (?=\('deprecated')",
         "('company_ids', 'parent_of', company_id), "),
    Rule("19.0", r"\('deprecated', '=', False\)", "('active', '=', True)"),
    # Groups
    Rule("19.0", r'(\s)name="groups_id"', r'\1name="group_ids"'),
    Rule("19.0", r'(\s)name="users"', r'\1name="user_ids"'),
    Rule(
        "19.0",
        r'( *)<record id="module_category_(\w+)" model="ir\.module\.category">'
        r'(\n *<field name="name">[^<]*</field>)(?:(?!</record>)[\s\S])*</record>\n',
        r"\g<0>"
        r'\1<record id="privilege_\2" model="res.groups.privilege">'
        r'\3\n\1    <field name="category_id" ref="module_category_\2" />\n'
        r"\1</record>\n",
    ),
    Rule(
        "19.0",
        r'(model="res\.groups">\s*<field name="name">[^<]*</field>\s*)'
        r'<field name="category_id" ref="module_category_(\w+)" />',
        r'\1<field name="privilege_id" ref="privilege_\2" />',
    ),
]  # fmt: skip


def content(path: Path, source: bytes, version: str) -> bytes:
    """Return what a file of the addon has for a version of Odoo.

    :param path: in the addon
    """
    if path == Path(MANIFEST):
        return manifest(source.decode(), version).encode()
    if path.suffix == ".xml" and path.parts[0] in RECORDS:
        return xml(source.decode(), version).encode()
    return source


def manifest(text: str, version: str) -> str:
    """Return a manifest for a version of Odoo."""
    return re.sub(r'("version": ")17\.0', rf"\g<1>{version}", text)


def xml(text: str, version: str) -> str:
    """Return the text of a file of data, views or rights for a version of Odoo."""
    for rule in XML:
        if _number(rule.since) <= _number(version):
            text = rule.apply(text)
    return text


def _number(version: str) -> float:
    return float(version)
