"""How files of tables are saved, as users choose it."""

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16 (little endian)"),
    ("utf-16-be", "UTF-16 (big endian)"),
    ("cp1252", "Windows-1252 (Western Europe)"),
    ("cp1250", "Windows-1250 (Central Europe)"),
    ("iso-8859-15", "ISO 8859-15 (Western Europe)"),
    ("iso-8859-2", "ISO 8859-2 (Central Europe)"),
    ("mac-roman", "Mac Roman (old Macintosh)"),
]
SEPARATORS = [
    (",", "Comma (,)"),
    (";", "Semicolon (;)"),
    ("\t", "Tab"),
    ("|", "Bar (|)"),
]
DECIMAL_SEPARATORS = [(".", "Point (4.16)"), (",", "Comma (4,16)")]
DATE_ORDERS = [
    ("ymd", "Year, month, day"),
    ("dmy", "Day, month, year"),
    ("mdy", "Month, day, year"),
]
