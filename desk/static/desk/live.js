// A conversation that keeps itself up to date: told by server-sent events, asking every few seconds without them.
"use strict";

const POLL_EVERY = 5000;

class Live {
  constructor(root) {
    this.root = root;
    this.thread = root.querySelector("[data-thread]");
    this.newer = root.querySelector("[data-newer]");
    this.busy = false;
    this.again = false;
    this.timer = null;
    this.toBottom();
    this.thread.addEventListener("scroll", () => { if (this.atBottom() && this.newer) this.newer.hidden = true; });
    this.newer?.addEventListener("click", () => this.toBottom());
    document.addEventListener("thread-changed", () => this.update());
    this.listen();
  }

  listen() {
    const address = new URL(this.root.dataset.events, location.href);
    address.searchParams.set("stamp", this.root.dataset.stamp);
    this.source = new EventSource(address);
    this.source.onopen = () => this.tell(true);
    this.source.addEventListener("changed", () => this.update());
    this.source.addEventListener("closed", () => { this.source.close(); location.reload(); });
    this.source.onerror = () => {
      this.tell(false);
      // The browser reconnects by itself unless the server answered with an error.
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.listen(), POLL_EVERY * 3);
    };
  }

  tell(connected) {
    const state = this.root.querySelector("[data-live-state]");
    state.classList.toggle("is-on", connected);
    state.querySelector("[data-live-on]").hidden = !connected;
    state.querySelector("[data-live-off]").hidden = connected;
    clearInterval(this.timer);
    this.timer = connected ? null : setInterval(() => this.update(), POLL_EVERY);
  }

  // One request at a time, and one more when something happened meanwhile.
  async update() {
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    try {
      await this.fetch();
    } catch {
      this.tell(false);
    } finally {
      this.busy = false;
      if (this.again) { this.again = false; this.update(); }
    }
  }

  async fetch() {
    const address = new URL(this.root.dataset.updates, location.href);
    address.searchParams.set("after", this.lastId());
    const bar = this.root.querySelector("[data-bar]");
    if (bar) address.searchParams.set("mode", bar.dataset.mode);
    const response = await fetch(address, { headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
    if (response.status === 404 || response.type === "opaqueredirect") { location.reload(); return; }
    if (!response.ok) throw new Error(String(response.status));
    this.apply(new DOMParser().parseFromString(await response.text(), "text/html"));
  }

  apply(page) {
    const follow = this.atBottom();
    let arrived = false;
    for (const bubble of page.querySelectorAll("[data-new] > .bubble")) {
      if (document.getElementById(bubble.id)) continue;
      bubble.classList.add("is-new");
      this.thread.append(bubble);
      window.htmx?.process(bubble);
      arrived = true;
    }
    for (const tick of page.querySelectorAll("[data-moved] [data-tick]")) {
      this.thread.querySelector(`[data-tick="${tick.dataset.tick}"]`)?.replaceWith(tick);
    }
    const fresh = page.querySelector("[data-bar]");
    const bar = this.root.querySelector("[data-bar]");
    if (fresh && bar) { bar.replaceWith(fresh); window.htmx?.process(fresh); }
    const stamp = page.querySelector("[data-stamp]");
    if (stamp) this.root.dataset.stamp = stamp.dataset.stamp;
    if (arrived && follow) this.toBottom();
    else if (arrived && this.newer) this.newer.hidden = false;
  }

  lastId() {
    const ids = [...this.thread.querySelectorAll("[data-message]")].map((item) => Number(item.dataset.message));
    return Math.max(0, ...ids);
  }

  atBottom() { return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 80; }
  toBottom() { this.thread.scrollTop = this.thread.scrollHeight; if (this.newer) this.newer.hidden = true; }
}

for (const root of document.querySelectorAll("[data-live]")) new Live(root);
