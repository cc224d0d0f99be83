"""One file a command; `sigap.cli` puts them together. Heavy imports stay inside the functions."""
