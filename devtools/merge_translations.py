"""Brings translations in line with an exported template, or checks that they are.

Run by the virtual environment's Python, which has polib:
``merge_translations.py [--check] EXPORTED.pot FOLDER``.
"""

import re
import sys
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd%]")
# What changes with each export
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")


def main(arguments: list[str]) -> int:
    is_check = "--check" in arguments
    exported, folder = (Path(each) for each in arguments if each != "--check")
    template = polib.pofile(str(exported))
    template.sort()
    for name in VOLATILE:
        template.metadata.pop(name, None)
    problems = _check_template(template, folder / exported.name, is_check)
    for path in sorted(folder.glob("*.po")):
        problems += _check_translation(template, path, is_check)
    print("\n".join(problems) or "All texts are translated.")
    return 1 if problems else 0


def _check_template(template: polib.POFile, path: Path, is_check: bool) -> list[str]:
    if not is_check:
        template.save(str(path))
        return []
    if not path.exists():
        return [f"{path.name} is missing."]
    known = {entry.msgid for entry in polib.pofile(str(path))}
    now = {entry.msgid for entry in template}
    return [f"{path.name} lacks: {text!r}" for text in sorted(now - known)] + [
        f"{path.name} has what is gone: {text!r}" for text in sorted(known - now)
    ]


def _check_translation(template: polib.POFile, path: Path, is_check: bool) -> list[str]:
    translation = polib.pofile(str(path))
    if not is_check:
        translation.merge(template)
        for entry in translation.obsolete_entries():
            translation.remove(entry)
        for entry in translation.fuzzy_entries():
            entry.msgstr, entry.flags = "", [f for f in entry.flags if f != "fuzzy"]
        translation.sort()
        translation.save()
    known = {entry.msgid: entry for entry in translation if entry.translated()}
    problems = []
    for entry in template:
        found = known.get(entry.msgid)
        if found is None:
            problems.append(f"{path.name} does not translate: {entry.msgid!r}")
        elif _placeholders(entry.msgid) != _placeholders(found.msgstr):
            problems.append(f"{path.name} has other placeholders: {found.msgstr!r}")
    return problems


def _placeholders(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
