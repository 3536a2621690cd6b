"""Bank files as banks write them, with invented names."""

from textwrap import dedent

ACCOUNT = "FR7630006000011234567890189"
PAYER = "BE68539007547034"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def entry(amount="120.00", way="CRDT", details="", day="2026-10-05", more="", **values):
    """Return an entry of CAMT.

    :param details: `detail`s
    :param more: elements that stand before them
    """
    version = values.get("version", 2)
    status = values.get("status", "BOOK")
    status = status if version < 8 else f"<Cd>{status}</Cd>"
    reference = values.get("reference", "")
    reference = reference and f"<AcctSvcrRef>{reference}</AcctSvcrRef>"
    return f"""<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>
        <Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{reference}{more}
        <NtryDtls>{details}</NtryDtls></Ntry>"""


def detail(text="INV/2026/00031", name="Boulangerie Noël", amount="", **values):
    """Return a payment of an entry, as the version of the schema has it."""
    version = values.get("version", 2)
    nested = name if version < 8 else f"<Pty><Nm>{name}</Nm></Pty>"
    party = nested if version >= 8 else f"<Nm>{nested}</Nm>"
    side = values.get("side", "Dbtr")
    reference = values.get("reference", "")
    structured = (
        f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>"
        if reference
        else ""
    )
    own = values.get("bank_reference", "")
    own = own and f"<AcctSvcrRef>{own}</AcctSvcrRef>"
    if amount and version >= 8:
        amount = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    elif amount:
        amount = f"<AmtDtls><TxAmt><Amt Ccy='EUR'>{amount}</Amt></TxAmt></AmtDtls>"
    return f"""<TxDtls><Refs>{own}<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}
        <RltdPties><{side}>{party}</{side}>
        <{side}Acct><Id><IBAN>{PAYER}</IBAN></Id></{side}Acct></RltdPties>
        <RmtInf><Ustrd>{text}</Ustrd>{structured}</RmtInf></TxDtls>"""


def statement(*entries, account=ACCOUNT, opening="1000.00", closing="1120.00"):
    """Return a statement of CAMT."""
    return f"""<Stmt><Id>2026-10-05</Id>
        <Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
        {_balance("OPBD", opening, "2026-10-04")}
        {_balance("CLBD", closing, "2026-10-05")}
        {"".join(entries)}</Stmt>"""


def camt(*statements, version=2, head=HEAD):
    """Return a file of CAMT.053."""
    name = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"
    return f"""{head}<Document xmlns="{name}"><BkToCstmrStmt>
        <GrpHdr><MsgId>1</MsgId></GrpHdr>{"".join(statements)}
        </BkToCstmrStmt></Document>""".encode()


def _balance(code, amount, day):
    if not amount:
        return ""
    way = "DBIT" if amount.startswith("-") else "CRDT"
    return f"""<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>
        <Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{way}</CdtDbtInd>
        <Dt><Dt>{day}</Dt></Dt></Bal>"""


# Name → (encoding, text). Each has two movements: 1,234.56 in, 45.10 out.
CSV_FILES = {
    "plain": (
        "utf-8",
        """\
        Date,Amount,Description,Name
        2026-10-05,1234.56,INV/2026/00031,Boulangerie Noël
        2026-10-06,-45.10,Stamps,La Poste
        """,
    ),
    "german": (
        "cp1252",
        """\
        "Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";\
"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC";"Betrag";"Waehrung"
        "DE89370400440532013000";"05.10.26";"05.10.26";"GUTSCHRIFT";"INV/2026/00031";\
"Boulangerie Noël";"BE68539007547034";"X";"1.234,56";"EUR"
        "DE89370400440532013000";"06.10.26";"06.10.26";"LASTSCHRIFT";"Stamps";\
"La Poste";"";"";"-45,10";"EUR"
        """,
    ),
    "dutch": (
        "utf-8",
        """\
        "Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij",\
"Bedrag (EUR)","Mutatiesoort","Mededelingen"
        "20261005","Boulangerie Noël","NL91ABNA0417164300","BE68539007547034","OV",\
"Bij","1234,56","Overschrijving","INV/2026/00031"
        "20261006","La Poste","NL91ABNA0417164300","","BA","Af","45,10","","Stamps"
        """,
    ),
    "french": (
        "cp1252",
        """\
        Téléchargement du 07/10/2026;
        Compte n° 12345678901;
        Solde au 06/10/2026 2 189,46 €

        Date;Libellé;Débit euros;Crédit euros;
        05/10/2026;"VIR BOULANGERIE NOËL
        INV/2026/00031";;1 234,56;
        06/10/2026;LA POSTE Stamps;45,10;;
        13/10/2026;Frais;;;
        Total;;45,10;1 234,56;
        """,
    ),
    "american": (
        "utf-8",
        """\
        Transaction Date,Description,Debit,Credit,Balance
        10/05/2026,Boulangerie Noël INV/2026/00031,,"1,234.56","2,000.00"
        10/16/2026,La Poste Stamps,45.10,,"1,954.90"
        """,
    ),
    "swiss": (
        "utf-8",
        """\
        Buchungsdatum;Buchungstext;Belastung;Gutschrift;Valuta
        05.10.2026;Boulangerie Noël INV/2026/00031;;1'234.56;05.10.2026
        06.10.2026;La Poste Stamps;-45.10;;06.10.2026
        """,
    ),
    "czech": (
        "cp1250",
        """\
        "Datum";"Objem";"Měna";"Protiúčet";"Název protiúčtu";"Zpráva pro příjemce";\
"ID pohybu"
        "05.10.2026";"1234,56";"CZK";"123/0100";"Boulangerie Noel";"INV/2026/00031";"77"
        "06.10.2026";"-45,10";"CZK";"";"La Poste";"Stamps";"78"
        """,
    ),
    "suffixes": (
        "utf-8",
        """\
        Date\tNarrative\tAmount
        5 Oct 2026\tBoulangerie Noël INV/2026/00031\t1,234.56 CR
        6 Oct 2026\tLa Poste Stamps\t45.10 DR
        """,
    ),
    "utf16": (
        "utf-16",
        """\
        Booking date;Amount;Reference;Partner Name
        2026-10-05;1234.56;INV/2026/00031;Boulangerie Noël
        2026-10-06;45.10-;Stamps;La Poste
        """,
    ),
    "italian": (
        "utf-8",
        """\
        Data contabile;Data valuta;Descrizione;Dare;Avere
        05/10/2026;05/10/2026;Boulangerie Noël INV/2026/00031;;1.234,56
        16/10/2026;16/10/2026;La Poste Stamps;45,10;
        """,
    ),
}


def csv_file(name):
    """Return a bank's CSV."""
    encoding, text = CSV_FILES[name]
    return dedent(text).encode(encoding)
