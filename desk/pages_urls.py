"""Addresses of the officers' pages, below `/desk/`."""

from __future__ import annotations

from django.urls import path

from desk.views import account, answers, attachment, case, conversation, dashboard, models, queue, stream

app_name = "desk"
urlpatterns = [
    path("", queue.home, name="queue"),
    path("export", queue.export, name="export"),
    path("login", account.login, name="login"),
    path("logout", account.logout, name="logout"),
    path("password", account.password, name="password"),
    path("language", account.language, name="language"),
    path("cases/<uuid:pk>/", case.page, name="case"),
    path("cases/<uuid:pk>/edit/<slug:name>", case.edit, name="case_edit"),
    path("cases/<uuid:pk>/fields/new", case.field, name="case_field_new"),
    path("cases/<uuid:pk>/fields/<int:field_id>", case.field, name="case_field"),
    path("cases/<uuid:pk>/move/<slug:state>", case.move, name="case_move"),
    path("cases/<uuid:pk>/assign", case.assign, name="case_assign"),
    path("cases/<uuid:pk>/take", case.take, name="case_take"),
    path("cases/<uuid:pk>/undo", case.undo, name="case_undo"),
    path("attachments/<uuid:pk>", attachment.download, name="attachment"),
    path("conversations/", conversation.index, name="conversations"),
    path("conversations/<uuid:pk>/", conversation.page, name="conversation"),
    path("conversations/<uuid:pk>/before/<int:before>", conversation.older, name="conversation_older"),
    path("conversations/<uuid:pk>/updates", conversation.updates, name="conversation_updates"),
    path("conversations/<uuid:pk>/events", stream.conversation, name="conversation_events"),
    path("conversations/<uuid:pk>/take-over", conversation.take_over, name="take_over"),
    path("conversations/<uuid:pk>/give-back", conversation.give_back, name="give_back"),
    path("conversations/<uuid:pk>/unflag", conversation.unflag, name="unflag"),
    path("conversations/<uuid:pk>/say", conversation.say, name="say"),
    path("conversations/<uuid:pk>/reveal", conversation.reveal, name="reveal"),
    path("answers/", answers.index, name="answers"),
    path("answers/<slug:topic>/", answers.page, name="answer"),
    path("dashboard/", dashboard.index, name="dashboard"),
    path("models/", models.index, name="models"),
]
