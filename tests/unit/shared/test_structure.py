"""What the linter of imports cannot see: models that are named by a string."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FEATURES = ("shared", "coopcycle", "magento")
MODEL = re.compile(r"(coopcycle|magento)\.[a-z_.]+")


def foreign_models(path, feature):
    """Yield (line, model) of other features' models that a file names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = MODEL.fullmatch(node.value)
            if found and found[1] != feature:
                yield node.lineno, node.value


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("folder", ("models", "wizards"))
def test_no_feature_names_another_ones_models(folder, feature):
    found = [
        f"{path.relative_to(ROOT)}:{line} names {model}"
        for path in sorted((ROOT / folder / feature).rglob("*.py"))
        for line, model in foreign_models(path, feature)
    ]
    assert not found


def test_each_of_odoos_models_is_extended_in_one_file_of_a_feature():
    for feature in FEATURES:
        names = [
            path.name for path in (ROOT / "models" / feature).rglob("extends/*.py")
        ]
        assert len(names) == len(set(names)), feature


def test_models_are_in_files_named_as_they_are():
    """A class that makes or extends a model stands in a file with the model's name."""
    wrong = []
    for path in sorted((ROOT / "models").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and (model := model_of(node)):
                if not path.stem.startswith(model.replace(".", "_")):
                    wrong.append(f"{path.relative_to(ROOT)} has {model}")
    assert not wrong


def model_of(node):
    """Return the model that a class is, None if it is none."""
    found = {}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            found[line.targets[0].id] = line.value
    for name in ("_name", "_inherit"):
        value = found.get(name)
        if isinstance(value, ast.Constant):
            return value.value
    return None


# Where the code of the addon itself differs by Odoo's version
VERSIONED = {"compat.py", "tests/shared/versions.py"}


def test_one_module_asks_for_odoos_version():
    asking = {
        str(path.relative_to(ROOT))
        for folder in ("models", "wizards", "tools", "tests", "benchmarks")
        for path in [*(ROOT / folder).rglob("*.py"), *ROOT.glob("*.py")]
        if re.search(r"version_info\b|\bodoo\.release\b|\bSINCE_\d", path.read_text())
        and not path.is_relative_to(ROOT / "tests" / "unit")
    }
    assert asking == VERSIONED


FRAMES = (
    ast.FunctionDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def untranslated(node, frame=None, owner=None):
    """Yield the lines of texts that Odoo finds no language for where nobody is served.

    It looks for `self.env` in the innermost frame alone, which a comprehension is, too.
    """
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Name)
            and child.func.id == "_"
            and not (frame and knows_language(frame, owner))
        ):
            yield child.lineno
        yield from untranslated(
            child,
            child if isinstance(child, FRAMES) else frame,
            child if isinstance(child, ast.ClassDef) else owner,
        )


def knows_language(frame, owner):
    if isinstance(frame, ast.FunctionDef):
        bases = "".join(map(ast.unparse, owner.bases)) if owner else ""
        has_env = owner and ("models." in bases or "env" in ast.unparse(owner))
        return has_env and "self" in [each.arg for each in frame.args.args]
    outside = set()
    if not isinstance(frame, ast.Lambda):  # what it goes over is evaluated before it
        outside = set(map(id, ast.walk(frame.generators[0].iter)))
    names = [each for each in ast.walk(frame) if isinstance(each, ast.Name)]
    return any(each.id == "self" and id(each) not in outside for each in names)


@pytest.mark.parametrize("folder", ("models", "wizards"))
def test_every_text_finds_its_language(folder):
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in untranslated(ast.parse(path.read_text()))
    ]
    assert not found


def test_lists_are_called_so():
    """Every version opens a `list`; newer ones know no `tree` any more."""
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("models", "wizards")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "tree" in node.value.split(",")
    ]
    assert not named
