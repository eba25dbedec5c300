"""A database as large as that of a site that has grown: people, shops, products, posts and likes.

`filling.fill` writes them by COPY, in one transaction; `manage.py seed` calls it.
"""
