"""The providers' APIs as our senders call them."""
