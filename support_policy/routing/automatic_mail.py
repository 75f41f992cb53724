"""Headers of mail that no robot should answer (RFC 3834), so that none ever does."""

#: Mail that the machine writes of itself: notices, warnings, digests.
AUTO_GENERATED = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}
#: Mail that the machine writes because somebody wrote: acknowledgements, links.
AUTO_REPLIED = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
}
