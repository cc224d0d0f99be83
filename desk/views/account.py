"""Logging in and out, password, language."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from desk.access import EVERYONE, PUBLIC, marked

login = marked(
    auth.LoginView.as_view(template_name="desk/account/login.html", redirect_authenticated_user=True), PUBLIC
)
logout = marked(login_not_required(auth.LogoutView.as_view()), PUBLIC)
language = marked(login_not_required(set_language), PUBLIC)


class PasswordChange(SuccessMessageMixin, auth.PasswordChangeView):  # type: ignore[type-arg]  # not subscriptable at run time
    """Change the officer's own password; other sessions of the account end."""

    template_name = "desk/account/password.html"
    success_url = reverse_lazy("desk:queue")
    success_message = _("Kata sandi Anda sudah diganti.")


password = marked(PasswordChange.as_view(), EVERYONE)
