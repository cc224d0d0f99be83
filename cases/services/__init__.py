"""The only writers of the domain's tables, one module per concern."""
