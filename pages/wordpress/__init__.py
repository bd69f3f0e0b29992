"""The NGO's old WordPress site, read from its own export file and brought into this one.

`file` hands out clean lines, `export` reads them into items, `shortcodes` and `html` turn what
WordPress stores into clean HTML; none of these knows the database. `addresses`, `uploads`,
`shelves`, `articles` and `tree` say what an item becomes here, and `importer` does it.
"""
