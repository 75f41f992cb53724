"""The development environment: set it up, run Odoo in it, test, lint.

Only the standard library, because it runs before the environment exists. Odoo never
loads anything from here.
"""
