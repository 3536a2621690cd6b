"""The addon for each version of Odoo: what is written otherwise, and what is packed."""

import ast
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from devtools.building import package, rules, tree
from devtools.odoo_source import VERSIONS
from devtools.state import ADDON, CHECKOUT

NEWER = VERSIONS[1:]
# What each rule is for, in the order of the table
EXAMPLES = [
    ('<tree editable="top"></tree>', '<list editable="top"></list>'),
    ('expr="//field/tree"', 'expr="//field/list"'),
    ('name="view_mode">kanban,tree,form<', 'name="view_mode">kanban,list,form<'),
    ("{'view_mode': 'tree'}", "{'view_mode': 'list'}"),
    ('<field mode="tree,kanban">', '<field mode="list,kanban">'),
    ('<t t-name="kanban-box">', '<t t-name="card">'),
    (
        '<div class="oe_chatter">\n  <field name="message_ids" />\n</div>\n</form>',
        "<chatter />\n</form>",
    ),
    ('\n    <field name="numbercall">-1</field>', ""),
    ('\n    <field name="doall" eval="False" />', ""),
    ('<field name="detailed_type">service<', '<field name="type">service<'),
    ("{'default_detailed_type': 'service'}", "{'default_type': 'service'}"),
    (
        "[('company_id', 'parent_of', company_id), ('deprecated', '=', False)]",
        "[('company_ids', 'parent_of', company_id), ('deprecated', '=', False)]",
    ),
    ("[('deprecated', '=', False)]", "[('active', '=', True)]"),
    ('<field name="groups_id" eval="1" />', '<field name="group_ids" eval="1" />'),
    ('<field name="users" eval="1" />', '<field name="user_ids" eval="1" />'),
    (
        '  <record id="module_category_x" model="ir.module.category">\n'
        '    <field name="name">X</field>\n'
        '    <field name="sequence">1</field>\n'
        "  </record>\n",
        '  <record id="module_category_x" model="ir.module.category">\n'
        '    <field name="name">X</field>\n'
        '    <field name="sequence">1</field>\n'
        "  </record>\n"
        '  <record id="privilege_x" model="res.groups.privilege">\n'
        '    <field name="name">X</field>\n'
        '      <field name="category_id" ref="module_category_x" />\n'
        "  </record>\n",
    ),
    (
        '<record id="group" model="res.groups">\n'
        '    <field name="name">User</field>\n'
        '    <field name="category_id" ref="module_category_x" />',
        '<record id="group" model="res.groups">\n'
        '    <field name="name">User</field>\n'
        '    <field name="privilege_id" ref="privilege_x" />',
    ),
]
# What a version does not know any more
GONE = {
    "18.0": r"<tree\b|/tree\b|\btree,|,tree\b|'tree'|kanban-box|numbercall|\bdoall\b"
    r"|detailed_type|oe_chatter",
    "19.0": r"\bgroups_id\b|name=\"users\"|\bdeprecated\b",
}


def _records():
    """Yield the paths in the addon of the files that Odoo loads as records."""
    for folder in rules.RECORDS:
        for file in sorted((CHECKOUT / folder).rglob("*.xml")):
            yield file.relative_to(CHECKOUT)


def _built(path, version):
    return rules.content(path, (CHECKOUT / path).read_bytes(), version)


@pytest.mark.parametrize(
    "rule, before, after",
    [(rule, *example) for rule, example in zip(rules.XML, EXAMPLES, strict=True)],
)
def test_each_rule_does_what_it_is_for(rule, before, after):
    assert rule.apply(before) == after
    older = VERSIONS[VERSIONS.index(rule.since) - 1]
    assert rules.xml(before, older) != rules.xml(before, rule.since)


@pytest.mark.parametrize("rule", rules.XML, ids=lambda rule: rule.old)
def test_each_rule_is_needed(rule):
    texts = [(CHECKOUT / path).read_text() for path in _records()]
    assert any(rule.apply(text) != text for text in texts)


@pytest.mark.parametrize("version", NEWER)
def test_nothing_is_left_of_older_forms(version):
    gone = [GONE[each] for each in NEWER[: NEWER.index(version) + 1]]
    for path in _records():
        text = _built(path, version).decode()
        assert not re.search("|".join(gone), text), path


@pytest.mark.parametrize("version", NEWER)
def test_groups_and_views_stay_whole(version):
    for path in _records():
        root = ElementTree.fromstring(_built(path, version))
        assert root.tag == "odoo"
        source = path.read_text()
        for record in root.iter("record"):
            names = [field.get("name") for field in record.findall("field")]
            assert len(names) == len(set(names)), (path, record.get("id"))
            if record.get("model") == "res.groups" and version == "19.0":
                assert "category_id" not in names
                own = source.split(f'id="{record.get("id")}"')[1].split("</record>")[0]
                assert ("privilege_id" in names) == ('"category_id"' in own)


def test_the_oldest_version_has_the_source_itself():
    for path, content in package.contents(CHECKOUT, VERSIONS[0]):
        assert content == (CHECKOUT / path).read_bytes(), path


@pytest.mark.parametrize("version", NEWER)
def test_what_is_no_record_is_the_same_for_all(version):
    for path, content in package.contents(CHECKOUT, version):
        if path.suffix != ".xml" and path != Path(rules.MANIFEST):
            assert content == (CHECKOUT / path).read_bytes(), path


@pytest.mark.parametrize("version", VERSIONS)
def test_the_zip_has_what_an_installation_needs_and_no_more(version, tmp_path):
    zipped, folder = package.build(version, tmp_path)
    with zipfile.ZipFile(zipped) as archive:
        names = archive.namelist()
        manifest = ast.literal_eval(archive.read(f"{ADDON}/{rules.MANIFEST}").decode())
    assert manifest["version"].startswith(f"{version}.")
    assert zipped.name == f"{ADDON}-{manifest['version']}.zip"
    assert {name.split("/")[0] for name in names} == {ADDON}
    for needed in [*manifest["data"], "compat.py", "LICENSE", "i18n/fr.po"]:
        assert f"{ADDON}/{needed}" in names
    kept = {name.split("/")[1] for name in names}
    assert kept == {
        *("__init__.py", "__manifest__.py", "compat.py", "LICENSE"),
        *("controllers", "data", "i18n", "migrations", "models", "security"),
        *("static", "tools", "views", "wizards"),
    }
    assert not [name for name in names if re.search(r"/(tests|__pycache__|\.)", name)]
    unpacked = {str(file.relative_to(folder)) for file in folder.rglob("*.*")}
    assert {name for name in names if "." in name} <= unpacked


def test_the_same_source_gives_the_same_bytes(tmp_path):
    one, _folder = package.build("19.0", tmp_path / "one")
    other, _folder = package.build("19.0", tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()


def test_what_was_built_before_goes(tmp_path):
    _zipped, folder = package.build("19.0", tmp_path)
    (folder / ADDON / "models" / "gone.py").touch()
    package.build("19.0", tmp_path)
    assert not (folder / ADDON / "models" / "gone.py").exists()


def test_the_tree_of_the_tests_follows_the_checkout(tmp_path):
    source, target = tmp_path / "source", tmp_path / "kept" / ADDON
    (source / "views").mkdir(parents=True)
    (source / "tests").mkdir()
    (source / rules.MANIFEST).write_text('{"version": "17.0.1.0.0"}')
    (source / "views" / "one.xml").write_text("<odoo><tree/></odoo>")
    (source / "views" / "two.xml").write_text("<odoo/>")
    tree.follow(source, target, "19.0")
    assert (target / "tests").resolve() == source / "tests"
    assert (target / rules.MANIFEST).read_text() == '{"version": "19.0.1.0.0"}'
    assert (target / "views" / "one.xml").read_text() == "<odoo><list/></odoo>"
    same = (target / "views" / "one.xml").stat()

    (source / "views" / "two.xml").unlink()
    (source / "tests").rmdir()
    tree.follow(source, target, "19.0")
    assert {path.name for path in target.iterdir()} == {rules.MANIFEST, "views"}
    assert [path.name for path in (target / "views").iterdir()] == ["one.xml"]
    assert (target / "views" / "one.xml").stat() == same
