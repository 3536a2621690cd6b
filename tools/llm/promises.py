"""Words by which a note promises something, or speaks of money, by language.

None of them belongs into a note: it says thank you, and what was delivered.

Without accents, in small letters; a star stands for any ending.
"""

PROMISES = {
    "en": (
        *("discount*", "refund*", "rebate*", "reimburs*", "free", "gratis"),
        *("complimentary", "voucher*", "coupon*", "credit*", "compensat*", "bonus*"),
        *("gift*", "guarante*", "warrant*", "promis*", "percent*", "per cent"),
        *("euro*", "eur", "dollar*", "price*", "cheaper", "waive*", "reduction*"),
        *("paid", "pay", "pays", "paying", "payment*", "owe*", "void", "cancel*"),
        *("invalid*", "transfer*", "bank*", "money", "amount*", "balance", "overdue"),
        *("call", "phone*", "click*", "lawyer*", "lawsuit*"),
        *("charge*", "cost", "costs", "settle*", "billed", "owing", "save"),
        *("saves", "saved", "saving*", "promo*", "ignore", "disregard*"),
        *("on us", "on the house"),
    ),
    "fr": (
        *("remise*", "rabais", "ristourne*", "reduction*", "rembours*", "gratuit*"),
        *("offert*", "offre*", "offrir*", "offrons", "cadeau*", "credit*", "coupon*"),
        *("compens*", "dedommag*", "indemnis*", "garanti*", "promet*", "promis*"),
        *("promesse*", "pourcent*", "pour cent", "euro*", "prix", "tarif*", "geste"),
        *("payer*", "payez", "paye", "payee", "paiement*", "annul*", "virement*"),
        *("regler", "reglez", "reglement*", "banque*", "bancaire*", "argent"),
        *("montant*", "somme", "solde*", "impaye*", "appelez", "appeler", "telephon*"),
        *("cliquez", "cliquer", "versez", "verser", "versement*", "avocat*"),
        *("acquitt*", "ignorez", "economis*", "coute", "coutent", "couts"),
    ),
    "de": (
        *("rabatt*", "nachlass*", "skonto*", "erstatt*", "ruckerstatt*", "gutschr*"),
        *("gutschein*", "kostenlos*", "gratis", "umsonst", "geschenk*", "schenk*"),
        *("bonus*", "garant*", "versprech*", "verspricht", "prozent*", "euro*"),
        *("preis*", "entschadig*", "frei", "freie", "freien", "freier", "freies"),
        *("zahlung*", "zahlen", "bezahl*", "storn*", "uberweis*", "ungultig*", "geld"),
        *("betrag*", "konto*", "mahnung*", "anruf*", "klick*", "anwalt*"),
        *("begleich*", "beglichen*", "hinfallig*", "fallig*", "kosten", "kostet"),
        *("sparen", "sparst", "spart", "gespart", "angebot*", "ignorier*"),
    ),
    "es": (
        *("descuento*", "rebaja*", "reembols*", "devoluci*", "gratis", "gratuit*"),
        *("regal*", "cupon*", "bono*", "abono*", "credito*", "compens*", "garanti*"),
        *("promet*", "promes*", "por ciento", "porcent*", "euro*", "precio*"),
        *("indemniz*", "pagar*", "pago*", "pagad*", "pague*", "anul*", "transferenc*"),
        *("banco*", "bancari*", "dinero", "coste", "costes", "costo", "costos"),
        *("cuesta*", "ahorr*", "adeud*", "cobr*", "saldo*"),
    ),
    "it": (
        *("scont*", "rimbors*", "gratis", "gratuit*", "omaggi*", "regal*", "coupon*"),
        *("credito*", "bonus*", "compens*", "garanzi*", "garanti*", "promett*"),
        *("promess*", "percent*", "per cento", "euro*", "prezz*", "ribass*"),
        *("riduzion*", "pagar*", "pagat*", "pagament*", "annull*", "bonific*"),
        *("banc*", "denaro", "costano", "costi", "risparmi*"),
    ),
    "nl": (
        *("korting*", "terugbetal*", "restitu*", "gratis", "kosteloos*", "cadeau*"),
        *("tegoed*", "bonus*", "waardebon*", "garant*", "garander*", "beloof*"),
        *("belooft", "beloven", "procent*", "euro*", "prijs*", "vergoed*"),
        *("compens*", "krediet*", "betaal*", "betal*", "annul*", "overmak*", "geld"),
        *("kost", "bespaar*", "besparing*", "aanbieding*", "verschuldigd*"),
    ),
    "pt": (
        *("desconto*", "reembols*", "devoluc*", "gratis", "gratuit*", "brinde*"),
        *("oferta*", "oferec*", "cupom*", "cupao*", "credito*", "bonus*", "compens*"),
        *("garanti*", "garant*", "promet*", "promess*", "por cento", "porcent*"),
        *("percent*", "euro*", "preco*", "abatiment*", "pagar*", "pagament*"),
        *("pago*", "anul*", "cancel*", "transferenc*", "banc*", "dinheiro"),
        *("custo", "custos", "custa", "poupa*"),
    ),
}
