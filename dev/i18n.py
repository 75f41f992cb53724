"""Bring the translations in line with the code: a new template in ``i18n``, and the
Arabic files with their new terms untranslated and without those that are gone.

Runs in Odoo's shell, on a scratch database: make i18n. The tests name what is left to
translate.
"""

import io
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tools.translate import trans_export

ADDON = Path(get_module_path("support_policy"))


def export(module):
    """The template of a module's terms, as Odoo writes it."""
    with io.BytesIO() as target:
        trans_export(None, [module], target, "po", env)  # noqa: F821 the shell has env
        return polib.pofile(target.getvalue().decode())


def without_code(template):
    """Leave the terms of records: code looks for its terms in its own module only."""
    for entry in list(template):
        is_code = [place.startswith("code:") for place, _line in entry.occurrences]
        if all(is_code):
            template.remove(entry)
        elif any(is_code):
            records = zip(entry.occurrences, is_code, strict=True)
            entry.occurrences = [place for place, code in records if not code]
            entry.comment = entry.comment.partition("\n")[0]
    return template


def update(path, template, module):
    """Take over the template's terms; those of other modules stay as they are."""
    file = polib.pofile(str(path))
    others = [entry for entry in file if f"module: {module}" not in entry.comment]
    for entry in others:
        file.remove(entry)
    file.merge(template)
    kept = [entry for entry in file if not entry.obsolete]
    file[:] = sorted(kept + others, key=lambda entry: entry.msgid)
    file.save()
    waiting = file.untranslated_entries()
    print(f"{path.relative_to(ADDON)}: {len(file)} terms, {len(waiting)} to translate")


ours = export("support_policy")
ours.save(str(ADDON / "i18n/support_policy.pot"))
update(ADDON / "i18n/ar.po", ours, "support_policy")
base = without_code(export("helpdesk_mgmt"))
update(ADDON / "i18n_extra/ar.po", base, "helpdesk_mgmt")
