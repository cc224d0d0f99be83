"""WhatsApp, through Meta's Cloud API or through Twilio."""
