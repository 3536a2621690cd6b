"""Words for numbers, in the languages of :mod:`.promises`.

Without accents, in small letters. One is an article as well, and left out; so are words
that mean something else in one of the languages, such as très, once, sei and onze.
"""

import re

NUMERALS = {
    2: "two deux zwei dos due twee dois duas",
    3: "three trois drei tre drie",
    4: "four quatre vier cuatro quattro quatro",
    5: "five cinq funf cinco cinque vijf",
    6: "six sechs seis zes",
    7: "seven sept sieben siete sette zeven sete",
    8: "eight huit acht ocho otto oito",
    9: "nine neuf neun nueve nove negen",
    10: "ten dix zehn diez dieci tien dez",
    11: "eleven elf undici",
    12: "twelve douze zwolf doce dodici twaalf doze dozen dozens douzaine dutzend"
    " docena dozzina dozijn duzia",
    13: "thirteen treize dreizehn trece tredici dertien treze",
    14: "fourteen quatorze vierzehn catorce quattordici veertien",
    15: "fifteen quinze funfzehn quince quindici vijftien",
    16: "sixteen seize sechzehn sedici zestien",
    17: "seventeen siebzehn diciassette zeventien",
    18: "eighteen achtzehn diciotto achttien",
    19: "nineteen neunzehn diciannove negentien",
    20: "twenty vingt zwanzig veinte venti twintig vinte",
    30: "thirty trente dreissig treinta trenta dertig trinta",
    40: "forty quarante vierzig cuarenta quaranta veertig quarenta",
    50: "fifty cinquante funfzig cincuenta cinquanta vijftig cinquenta",
    60: "sixty soixante sechzig sesenta sessanta zestig sessenta",
    70: "seventy septante siebzig setenta settanta zeventig",
    80: "eighty huitante octante achtzig ochenta ottanta tachtig oitenta",
    90: "ninety nonante neunzig noventa novanta negentig",
    100: "hundred hundreds cent cents hundert cien ciento cento honderd cem",
    1000: "thousand thousands mille tausend mil duizend",
    1_000_000: "million millions millionen millon millones milione milioni miljoen"
    " milhao milhoes",
}
_VALUES = {word: value for value, words in NUMERALS.items() for word in words.split()}
# Of these, numbers are written in one word
_COMPOUND = re.compile(
    "zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend"
    "|trenta|quaranta|cinquanta|sessanta|settanta|ottanta|novanta|cento"
    "|twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig|honderd|duizend"
)


def find_numeral(words: list[str], told: set[str]) -> str:
    """Return the first word for a number that nobody told, "" if there is none.

    :param words: in small letters, without accents
    :param told: numbers in digits, and words
    """
    for word in words:
        value = _VALUES.get(word)
        is_number = value is not None or _COMPOUND.search(word)
        if is_number and word not in told and str(value) not in told:
            return word
    return ""
