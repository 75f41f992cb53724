"""Odoo's command line as a file: its server starts some of its workers by that."""

from odoo.cli import main

if __name__ == "__main__":
    main()
