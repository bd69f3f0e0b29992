"""Reading the statements of banks and payment services. Nothing here knows of the database.

content  bytes -> sheets of text (UTF-8, Shift_JIS, ZIP)     sheets   text -> header and rows
layouts  which column is what; layouts known by name         days     2026/07/05, R8.7.5, 05/07/2026
lines    rows -> lines: money in, refunds, what is left out  amounts  1,309.80 / 25 / 1,5
codes    the reference code inside a payer's name or note
"""
