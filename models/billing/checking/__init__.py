"""What is looked at before an invoice is posted.

A check is a small class; what it needs to know is read for many invoices at once.
`account.move._billing_get_checks` says which there are.
"""

from . import currency, customers, invoices, orders, taxes, vat
from .check import Check, InvoiceCheck, LineCheck, run
from .facts import Facts

CHECKS = (
    currency.CurrencyInactive,
    currency.RateMissing,
    currency.RateStale,
    currency.RateDiffers,
    taxes.TaxDiffers,
    taxes.TaxMissing,
    taxes.TaxNotMapped,
    taxes.TaxCountry,
    taxes.TaxArchived,
    taxes.FiscalPositionDiffers,
    taxes.DeliveryCountryMissing,
    taxes.CompanyCountryMissing,
    vat.VatMissing,
    vat.VatFormat,
    vat.VatCountry,
    vat.VatViesInvalid,
    vat.VatViesUnknown,
    orders.PriceDiffers,
    orders.DiscountDiffers,
    orders.QuantityOverDelivered,
    orders.QuantityOverOrdered,
    orders.LineNotOrdered,
    orders.OrderTotalDiffers,
    orders.DownPaymentOpen,
    invoices.DuplicateInvoice,
    invoices.TotalZero,
    invoices.TotalNegative,
    invoices.AccountMissing,
    invoices.AccountArchived,
    invoices.PeriodLocked,
    invoices.JournalWrong,
    customers.TermMissing,
    customers.DueInPast,
    customers.CreditLimit,
    customers.BadDebtor,
    customers.AddressIncomplete,
    customers.BankAccountMissing,
)

__all__ = ["CHECKS", "Check", "Facts", "InvoiceCheck", "LineCheck", "run"]
