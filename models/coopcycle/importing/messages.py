"""Every finding's severity and its words: what is wrong, then the remedy."""

from odoo.tools.translate import _lt

from ...shared.findings import ERROR, INFO, WARNING

# code, or code.reason where the remedy depends on it → (severity, text)
MESSAGES = {
    # The file
    "file_empty": (
        ERROR,
        _lt(
            "The file has no invoice lines. Resolution: export the period again from"
            " CoopCycle with the format “Odoo (CSV)”."
        ),
    ),
    "file_unreadable": (
        ERROR,
        _lt(
            "This is not a text file with columns. Resolution: upload the file that"
            " CoopCycle exports as “Odoo (CSV)”."
        ),
    ),
    "file_unreadable.size": (
        ERROR,
        _lt(
            "The file has more than 20 MB or 200,000 lines. Resolution: export a"
            " shorter period from CoopCycle."
        ),
    ),
    "file_unreadable.xlsx": (
        ERROR,
        _lt(
            "This is an Excel or LibreOffice workbook. Resolution: save it as “CSV"
            " UTF-8” there, or upload the file as CoopCycle exported it."
        ),
    ),
    "file_unreadable.xls": (
        ERROR,
        _lt(
            "This is an old Excel workbook. Resolution: save it as “CSV” there, or"
            " upload the file as CoopCycle exported it."
        ),
    ),
    "file_unreadable.html": (
        ERROR,
        _lt(
            "This is a web page, probably CoopCycle's sign-in or error page."
            " Resolution: sign in to CoopCycle and export the period again."
        ),
    ),
    "file_unreadable.encoding": (
        ERROR,
        _lt(
            "The file cannot be read with the encoding “%(encoding)s”. Resolution:"
            " choose another encoding above, then press Test."
        ),
    ),
    "file_already_imported": (
        ERROR,
        _lt(
            "All invoices of this file are in Odoo already: %(imports)s. Nothing will"
            " be created. Resolution: open that import; undo it there if you want to"
            " import the file again."
        ),
    ),
    "file_in_other_instance": (
        WARNING,
        _lt(
            "This file was imported for another CoopCycle instance, %(instance)s:"
            " %(imports)s. Its orders would be invoiced again. Resolution: make sure"
            " that the right instance is chosen above."
        ),
    ),
    "import_running": (
        ERROR,
        _lt(
            "The import “%(imports)s” of this CoopCycle instance is still running."
            " Resolution: wait until it is done, then press Test again."
        ),
    ),
    "nothing_to_import": (
        ERROR,
        _lt(
            "No invoice is left to import. Resolution: look at the findings below;"
            " rows that were invoiced before, or invoices with errors, are left out."
        ),
    ),
    "journal_missing": (
        ERROR,
        _lt(
            "The company %(company)s has no sales journal. Resolution: create one in"
            " Invoicing ▸ Configuration ▸ Journals."
        ),
    ),
    # Columns
    "column_missing": (
        ERROR,
        _lt(
            "The column “%(value)s” is missing. Resolution: assign it to one of the"
            " columns that were not recognised, or export the file again."
        ),
    ),
    "column_unknown": (
        INFO,
        _lt(
            "The column “%(value)s” is not part of CoopCycle's export and is not read."
            " Resolution: none is needed; if it holds one of the export's columns under"
            " another name, choose which."
        ),
    ),
    "column_assigned": (
        INFO,
        _lt("The column “%(value)s” is read as “%(assigned)s”, as you chose."),
    ),
    "column_twice": (
        ERROR,
        _lt(
            "Two columns are read as “%(value)s”. Resolution: delete or rename one of"
            " them in the file."
        ),
    ),
    # Rows
    "row_malformed": (
        ERROR,
        _lt(
            "The row does not have the columns of the header: a separator or a quote is"
            " missing or too many. Resolution: mend the row in the file, or export it"
            " again."
        ),
    ),
    "row_malformed.damaged": (
        ERROR,
        _lt(
            "The row holds characters that cannot be read. Resolution: choose another"
            " encoding above, or export the file again."
        ),
    ),
    "external_id_missing": (
        ERROR,
        _lt(
            "The row has no External ID, so its invoice is not known. Resolution: copy"
            " the External ID from the other rows of the same invoice, or delete the"
            " row."
        ),
    ),
    "label_without_order": (
        WARNING,
        _lt(
            "The label has no order number in its last parenthesis, so Odoo cannot see"
            " whether this order was invoiced before. Resolution: check it by hand."
        ),
    ),
    "label_garbled": (
        WARNING,
        _lt(
            "The label “%(value)s” was read and saved in a wrong encoding, and would"
            " stand so on the invoice. Resolution: export the file again and upload it"
            " as it is."
        ),
    ),
    "currency_other": (
        ERROR,
        _lt(
            "The price is in “%(value)s”, and the company invoices in %(currency)s."
            " Resolution: choose the instance whose company has that currency, or"
            " enter the price in %(currency)s in the file."
        ),
    ),
    "price_like_date": (
        WARNING,
        _lt(
            "The price %(value)s is also what a spreadsheet makes of the date %(date)s."
            " Resolution: compare it with CoopCycle; where “5.20” became a date, export"
            " the file again and upload it as it is."
        ),
    ),
    "price_invalid": (
        ERROR,
        _lt("“%(value)s” is not a price. Resolution: correct it in the file."),
    ),
    "price_invalid.empty": (
        ERROR,
        _lt("The unit price is empty. Resolution: enter it in the file."),
    ),
    "price_invalid.ambiguous": (
        ERROR,
        _lt(
            "“%(value)s” can be read with a decimal or a thousands separator."
            " Resolution: choose the decimal separator above, then press Test."
        ),
    ),
    "price_invalid.too_large": (
        ERROR,
        _lt("The price %(value)s is too large. Resolution: correct it in the file."),
    ),
    "price_invalid.precision": (
        ERROR,
        _lt(
            "The price %(value)s has more decimals than Odoo keeps, and the amount"
            " would differ. Resolution: raise the accuracy “Product Price” in"
            " Settings ▸ Technical ▸ Decimal Accuracy."
        ),
    ),
    "price_rounded": (
        WARNING,
        _lt(
            "The price %(value)s is finer than the currency. Resolution: none is"
            " needed if %(amount)s is right; otherwise correct it in the file."
        ),
    ),
    "quantity_not_one": (
        WARNING,
        _lt(
            "The quantity is %(value)s, and CoopCycle always writes 1: the row comes to"
            " %(amount)s. Resolution: if a cell is missing or has moved, mend the row"
            " in the file."
        ),
    ),
    "quantity_invalid": (
        ERROR,
        _lt(
            "“%(value)s” is not a quantity. Resolution: enter a number other than zero"
            " in the file; CoopCycle's export always has 1."
        ),
    ),
    "quantity_invalid.ambiguous": (
        ERROR,
        _lt(
            "“%(value)s” can be read with a decimal or a thousands separator."
            " Resolution: choose the decimal separator above, then press Test."
        ),
    ),
    "quantity_invalid.too_large": (
        ERROR,
        _lt("The quantity %(value)s is too large. Resolution: correct it in the file."),
    ),
    "quantity_invalid.precision": (
        ERROR,
        _lt(
            "The quantity %(value)s has more decimals than Odoo keeps, and the amount"
            " would differ. Resolution: raise the accuracy “%(accuracy)s” in Settings ▸"
            " Technical ▸ Decimal Accuracy."
        ),
    ),
    "date_invalid": (
        ERROR,
        _lt(
            "“%(value)s” is not a date in the order of the others. Resolution: correct"
            " it in the file, or choose another date order above."
        ),
    ),
    "date_ambiguous": (
        ERROR,
        _lt(
            "“%(value)s” can be read as day/month or month/day, and no row decides it."
            " Resolution: choose the date order above, then press Test."
        ),
    ),
    "date_far": (
        WARNING,
        _lt(
            "%(value)s is years away from today. Resolution: correct the date in the"
            " file if it is wrong."
        ),
    ),
    # Customers
    "partner_missing": (
        ERROR,
        _lt(
            "No customer has the name “%(value)s”. Resolution: choose the customer"
            " here, tick “Create new customers”, or correct the name in CoopCycle."
        ),
    ),
    "partner_missing.empty": (
        ERROR,
        _lt(
            "The row names no customer. Resolution: give the store a legal name in"
            " CoopCycle, or enter the customer in the file."
        ),
    ),
    "partner_created": (
        INFO,
        _lt("The customer “%(value)s” will be created."),
    ),
    "partner_ambiguous": (
        ERROR,
        _lt(
            "Several customers have the name “%(value)s”. Resolution: choose one here;"
            " the choice is remembered for this store."
        ),
    ),
    "partner_archived": (
        WARNING,
        _lt(
            "An archived customer has the name “%(value)s” and is not used. Resolution:"
            " unarchive that customer, or choose another one here, instead of creating"
            " a second one."
        ),
    ),
    "partner_similar": (
        WARNING,
        _lt(
            "“%(value)s” is nearly the name of an existing customer. Resolution: if it"
            " is the same customer, choose it instead of creating a second one."
        ),
    ),
    "partner_renamed": (
        ERROR,
        _lt(
            "This store was invoiced as “%(known)s” so far; now it is called"
            " “%(value)s”. Resolution: choose the customer who shall be invoiced."
        ),
    ),
    "partner_renamed.found": (
        WARNING,
        _lt(
            "This store was invoiced as “%(known)s” so far; now it is called"
            " “%(value)s”, and the customer with that name will be invoiced."
            " Resolution: choose another customer if that is wrong."
        ),
    ),
    # Products and accounts
    "product_missing": (
        ERROR,
        _lt(
            "No product has the name “%(value)s”. Resolution: choose the product here,"
            " tick “Create new products”, or name your delivery product so."
        ),
    ),
    "product_missing.empty": (
        ERROR,
        _lt(
            "The row names no product. Resolution: set up the on-demand delivery"
            " product in CoopCycle, or enter the product in the file."
        ),
    ),
    "product_created": (INFO, _lt("The product “%(value)s” will be created.")),
    "product_ambiguous": (
        ERROR,
        _lt(
            "Several products have the name “%(value)s”. Resolution: choose one here;"
            " the choice is remembered."
        ),
    ),
    "account_missing": (
        ERROR,
        _lt(
            "The company has no account with the code “%(value)s”. Resolution: choose"
            " the account here, create it, or correct the code in CoopCycle."
        ),
    ),
    "account_missing.empty": (
        ERROR,
        _lt(
            "The row has no account, and neither the product, its category nor the"
            " sales journal gives one. Resolution: set the account in CoopCycle or on"
            " the product."
        ),
    ),
    "account_empty": (
        INFO,
        _lt(
            "The account is empty; “%(account)s” is used, which the product or the"
            " sales journal gives. Resolution: set the account code in CoopCycle if"
            " another one is right."
        ),
    ),
    "account_deprecated": (
        ERROR,
        _lt(
            "The account %(value)s is deprecated. Resolution: choose another account"
            " here, or correct the code in CoopCycle."
        ),
    ),
    "account_unusable": (
        ERROR,
        _lt(
            "The account %(value)s cannot be used on a customer invoice line of the"
            " journal “%(journal)s”: its type, its currency or the journal's settings"
            " forbid it. Resolution: choose an income account here, or correct the code"
            " in CoopCycle."
        ),
    ),
    "value_chosen": (INFO, _lt("“%(value)s” stands for the record that you chose.")),
    # Invoices
    "conflicting_header": (
        ERROR,
        _lt(
            "The rows of the invoice %(value)s name several customers or dates."
            " Resolution: correct the rows, or export the file again."
        ),
    ),
    "total_negative": (
        WARNING,
        _lt(
            "The invoice %(value)s has the total %(amount)s, so a credit note will be"
            " made with the signs turned. Resolution: none is needed if that is right."
        ),
    ),
    "period_locked": (
        WARNING,
        _lt(
            "%(value)s lies in a period that is locked up to %(lock_date)s. The draft"
            " is created; Odoo will book it on a later date when it is confirmed."
            " Resolution: ask your accountant if that is not wanted."
        ),
    ),
    "order_twice_in_file": (
        ERROR,
        _lt(
            "The order %(value)s is in the file more than once. Resolution: delete the"
            " rows that are too many."
        ),
    ),
    "order_already_invoiced": (
        ERROR,
        _lt(
            "The order %(value)s is on an invoice already: %(invoices)s. Resolution:"
            " tick “Leave out orders invoiced before”, or cancel or reverse that"
            " invoice."
        ),
    ),
    "order_already_invoiced.amount": (
        ERROR,
        _lt(
            "The order %(value)s is on an invoice already (%(invoices)s) with"
            " %(billed)s without tax, and the file has %(amount)s. Resolution: credit"
            " or invoice the difference by hand; then tick “Leave out orders invoiced"
            " before”."
        ),
    ),
    "order_left_out.amount": (
        WARNING,
        _lt(
            "The order %(value)s is on an invoice already (%(invoices)s) with"
            " %(billed)s without tax and is left out, though the file has %(amount)s."
            " Resolution: credit or invoice the difference by hand if the price was"
            " changed since."
        ),
    ),
    "order_left_out": (
        INFO,
        _lt(
            "The order %(value)s is on an invoice already (%(invoices)s) and is left"
            " out."
        ),
    ),
    "invoice_unchanged": (
        INFO,
        _lt(
            "The invoice %(value)s is in Odoo already (%(invoices)s) with the same"
            " content and is left alone."
        ),
    ),
    "invoice_changed": (
        ERROR,
        _lt(
            "%(invoices)s differs from the file: %(difference)s. Resolution:"
            " tick “Update changed drafts” to make it like the file, or import only the"
            " invoices that are fine."
        ),
    ),
    "invoice_updated": (
        WARNING,
        _lt(
            "%(invoices)s will be made like the file: %(difference)s. Resolution:"
            " untick “Update changed drafts” if it shall stay as it is."
        ),
    ),
    "invoice_posted": (
        ERROR,
        _lt(
            "%(invoices)s is confirmed and differs from the file:"
            " %(difference)s. A confirmed invoice is never changed. Resolution: reverse"
            " it with a credit note, or import only the invoices that are fine."
        ),
    ),
}
