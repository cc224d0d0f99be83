"""Our understanding of messages beside stock Rasa and a plain linear classifier; our pipeline on CLINC150."""
