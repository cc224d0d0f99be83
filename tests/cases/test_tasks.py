"""The job that answers: nothing lost while the assistant is away, nothing said while an officer is there."""

from __future__ import annotations

import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from procrastinate.contrib.django import app

from cases import tasks
from cases.models import Message
from cases.ports import Kind
from cases.services import assistant, conversations

pytestmark = pytest.mark.django_db


@pytest.fixture
def rasa(configure):
    """A local server that speaks the assistant's webhook: `answers` by status and body, `asked` is what came in."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append((self.path, self.headers["Authorization"], body))
            server.before_answer()
            self.send_response(server.status)
            self.end_headers()
            self.wfile.write(server.body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.status = [], 200
    server.body = json.dumps({"messages": [{"text": "Halo!", "response": "utter_sapa"}]}).encode()
    server.before_answer = lambda: None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    configure(SIGAP_ASSISTANT_URL=f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_answer_is_stored_and_the_message_handled(rasa, receive):
    message = receive("halo")

    tasks.handle(message.pk)
    tasks.handle(message.pk)

    message.refresh_from_db()
    assert message.handled_at is not None
    assert [m.text for m in Message.objects.filter(author="assistant")] == ["Halo!"]
    [(path, secret, body)] = rasa.asked
    assert (path, secret) == ("/webhooks/sigap/webhook", "Bearer test-assistant-secret-1f0c")
    assert body["message_id"] == str(message.pk)
    assert body["sender"] == str(message.conversation_id)


def test_what_citizens_write_goes_through_no_proxy(rasa, receive, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assistant._client.cache_clear()

    tasks.handle(receive("halo").pk)

    assert len(rasa.asked) == 1


def test_typed_text_never_looks_like_a_payload(rasa, receive):
    tasks.handle(receive(' //setuju{"a": "b"}').pk)

    assert rasa.asked[0][2]["text"] == 'setuju{"a": "b"}'


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"{}"), (200, b"not json"), (200, b'{"messages": [1]}'), (200, b"[]")]
)
def test_an_unusable_answer_leaves_the_message_for_another_try(rasa, receive, status, body):
    rasa.status, rasa.body = status, body
    message = receive("halo")

    with pytest.raises(assistant.AssistantUnavailable):
        tasks.handle(message.pk)

    message.refresh_from_db()
    assert message.handled_at is None
    assert not Message.objects.filter(author="assistant").exists()


def test_waiting_for_the_assistant_never_gives_up():
    class Job:
        attempts = 500

    decision = tasks.PatientRetry().get_retry_decision(exception=assistant.AssistantUnavailable(), job=Job())

    assert decision is not None


def test_the_assistant_is_not_asked_while_an_officer_owns_the_conversation(rasa, receive, conversation, officer):
    conversations.take_over(conversation, officer("ani", "admin_instansi"))
    message = receive("halo bu")

    tasks.handle(message.pk)

    message.refresh_from_db()
    assert message.handled_at is not None
    assert rasa.asked == []


def test_a_reaction_is_kept_and_not_taken_for_an_answer(rasa, receive):
    message = receive("\N{THUMBS UP SIGN}", kind=Kind.REACTION)

    tasks.handle(message.pk)

    message.refresh_from_db()
    assert message.handled_at is not None
    assert rasa.asked == []


@pytest.mark.django_db(transaction=True)
def test_words_that_come_after_a_takeover_are_dropped(rasa, receive, conversation, officer):
    ani = officer("ani", "admin_instansi")
    message = receive("halo")
    rasa.before_answer = lambda: _in_thread(lambda: conversations.take_over(conversation, ani))

    tasks.handle(message.pk)

    message.refresh_from_db()
    assert message.handled_at is not None
    assert not Message.objects.filter(author="assistant").exists()


def _in_thread(work):
    from django.db import connections

    def run():
        work()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_words_that_come_after_a_takeover_and_a_return_are_dropped_too(rasa, receive, conversation, officer):
    ani = officer("ani", "admin_instansi")
    message = receive("halo")

    def visit():
        conversations.take_over(conversation, ani)
        conversations.return_to_assistant(conversation, ani)

    rasa.before_answer = lambda: _in_thread(visit)

    tasks.handle(message.pk)

    assert not Message.objects.filter(author="assistant").exists()


@pytest.mark.parametrize(("name", "seconds"), [("hold_waiting", 2), ("put_back_stalled", 10), ("enqueue_lost", 300)])
def test_periodic_work_comes_as_often_as_it_says(name, seconds):
    [periodic] = [
        found for found in app.periodic_registry.periodic_tasks.values() if found.task.name == f"cases.tasks.{name}"
    ]
    midnight = 1_767_225_600

    times = [midnight]
    for _ in range(3):
        times.append(periodic.croniter.get_next(ret_type=float, start_time=times[-1]))

    assert [later - earlier for earlier, later in itertools.pairwise(times)] == [seconds] * 3
