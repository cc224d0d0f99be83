"""A stand-in for our action server at the network edge: the same two routes, no database, a fixed small effort.

Run in assistant/.venv: python -m benchmarks.assistant.action_double PORT SECRET
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from aiohttp import web
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]


def application(secret: str) -> web.Application:
    """The two routes, with the bearer secret required on both.

    Args:
        secret: what callers have to show.
    """
    texts = YAML(typ="safe").load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    calls = {"count": 0}

    def allowed(request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {secret}" or request.query.get("token") == secret

    async def responses(request: web.Request) -> web.Response:
        if not allowed(request):
            return web.Response(status=403)
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.json_response({"etag": '"1"', "responses": texts})

    async def webhook(request: web.Request) -> web.Response:
        if not allowed(request):
            return web.Response(status=403)
        call = await request.json()
        calls["count"] += 1
        said = {"text": f"{call['next_action']} {call['tracker']['latest_message']['message_id']}", "buttons": []}
        stage = {"action_tulis": "lengkapi", "action_batal": None}
        events = [
            {"event": "slot", "timestamp": None, "name": "tahap", "value": stage[name]}
            for name in (call["next_action"],)
            if name in stage
        ]
        return web.json_response({"events": events, "responses": [said]})

    async def count(_: web.Request) -> web.Response:
        return web.json_response(calls)

    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.add_routes([web.get("/responses", responses), web.post("/webhook", webhook), web.get("/count", count)])
    return app


def main() -> None:
    """Serve on loopback until stopped."""
    port, secret = int(sys.argv[1]), sys.argv[2]
    print(json.dumps({"port": port}), flush=True)
    web.run_app(application(secret), host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main()
