"""How often a message that is both question and report is found to be both."""
