"""The Django project and the officers' pages."""
