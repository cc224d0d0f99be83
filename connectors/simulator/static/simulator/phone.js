// The phone: keeps one thread on screen, sends what the citizen does, asks for changes.
import { drawThread, element } from "./bubbles.js";
import { drawWire } from "./wire.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const base = location.pathname.replace(/\/?$/, "/");
const $ = (id) => document.getElementById(id);
const FAST = 450, CALM = 1500, AWAY = 5000, LIVELY_FOR = 45000;

const state = { channel: "whatsapp_meta", who: "budi", name: "", phone: null, version: "", livelyUntil: 0, seenUpTo: 0, timer: 0, turn: 0, opening: null };

function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

async function call(path, body) {
  const form = body instanceof FormData;
  const headers = { "X-CSRFToken": csrf(), ...(form ? {} : { "Content-Type": "application/json" }) };
  const options = body === undefined ? {} : { method: "POST", headers, body: form ? body : JSON.stringify(body) };
  let response;
  try {
    response = await fetch(base + path, options);
  } catch {
    throw new Error("Sigap tidak dapat dihubungi. Mencoba lagi…");
  }
  if (response.status === 204) return null;
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error ?? `Permintaan gagal (${response.status}).`);
  return data;
}

function notify(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

async function act(path, body) {
  await state.opening; // what is typed while the phone is still being fetched goes to that phone
  if (!state.phone) return false;
  try {
    await call(`phones/${state.phone.id}/${path}`, body);
    notify("");
    lively();
    await refresh();
    return true;
  } catch (error) {
    notify(error.message);
    return false;
  }
}

function lively() {
  state.livelyUntil = Date.now() + LIVELY_FOR;
}

async function refresh() {
  clearTimeout(state.timer);
  const phone = state.phone;
  try {
    const thread = phone && (await call(`phones/${phone.id}?version=${encodeURIComponent(state.version)}`));
    if (thread && state.phone?.id === phone.id) show(thread);
    if ($("notice").dataset.lost) { notify(""); delete $("notice").dataset.lost; }
  } catch (error) {
    notify(error.message);
    $("notice").dataset.lost = "1";
  }
  clearTimeout(state.timer);
  const pace = document.hidden ? AWAY : Date.now() < state.livelyUntil ? FAST : CALM;
  state.timer = setTimeout(refresh, pace);
}

function show(thread) {
  if (thread.version !== state.version && state.version) lively();
  state.version = thread.version;
  state.phone = { ...state.phone, ...thread.phone };
  drawThread($("thread"), thread, { press, openList });
  drawWire($("wire"), thread.wire);
  drawHead(thread);
  reportSeen(thread.messages);
}

function drawHead(thread) {
  const { channel, blocked, name } = thread.phone;
  const presence = { telegram: "bot", sms_twilio: setup.numbers.sms_twilio }[channel] ?? "Akun bisnis";
  $("presence").textContent = thread.typing ? "sedang mengetik…" : blocked ? "Diblokir" : `${presence} · ponsel ${name}`;
  $("block").textContent = blocked ? "Buka blokir" : "Blokir nomor ini";
}

function reportSeen(messages) {
  if (document.hidden || !state.channel.startsWith("whatsapp")) return;
  const newest = messages.filter((m) => m.author === "sigap" && m.status === "delivered").at(-1)?.id ?? 0;
  if (newest > state.seenUpTo) {
    state.seenUpTo = newest;
    call(`phones/${state.phone.id}/seen`, {}).catch(() => { state.seenUpTo = 0; });
  }
}

function openPhone() {
  state.opening = takePhone();
  return state.opening;
}

async function takePhone() {
  const turn = (state.turn += 1);
  clearTimeout(state.timer);
  document.body.dataset.channel = state.channel;
  document.querySelector(`input[name=channel][value=${state.channel}]`).checked = true;
  for (const button of document.querySelectorAll(".person")) {
    button.setAttribute("aria-pressed", String(button.dataset.person === state.who));
  }
  const known = setup.people.some((person) => person.key === state.who);
  Object.assign(state, { phone: null, version: "", seenUpTo: 0 });
  $("thread").replaceChildren();
  try {
    const who = known ? { person: state.who } : { address: state.who, name: state.name };
    const phone = await call("phones", { channel: state.channel, ...who });
    if (turn !== state.turn) return; // another phone was chosen meanwhile
    state.phone = phone;
    history.replaceState(null, "", `#${state.channel}/${encodeURIComponent(state.who)}`);
    notify("");
    lively();
    await refresh();
  } catch (error) {
    notify(error.message);
  }
}

function press(message, index) {
  return act("press", { message, index });
}

function openList(message) {
  const sheet = $("sheet");
  $("sheet-title").textContent = message.label || "Pilihan";
  $("sheet-rows").replaceChildren(...message.choices.map((choice, index) => {
    const button = element("button", { type: "button" }, choice.title);
    if (choice.description) button.append(element("small", {}, choice.description));
    button.addEventListener("click", () => { sheet.hidden = true; press(message.id, index); });
    const row = element("li");
    row.append(button);
    return row;
  }));
  sheet.hidden = false;
  $("sheet-rows").querySelector("button")?.focus();
}

// --- composing -------------------------------------------------------------------------------------------------

function grow() {
  const box = $("text");
  box.rows = Math.min(5, Math.max(1, box.value.split("\n").length, Math.ceil(box.value.length / 34)));
}

async function send() {
  const box = $("text"), text = box.value;
  if (!text.trim()) return;
  box.value = "";
  grow();
  if (!(await act("text", { text }))) { box.value = text; grow(); }
}

$("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
$("text").addEventListener("input", grow);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
});
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  $("file").value = "";
  closeMenus();
  if (!file) return;
  const form = new FormData();
  form.append("file", file);
  form.append("caption", $("text").value);
  if (await act("file", form)) { $("text").value = ""; grow(); }
});

for (const button of document.querySelectorAll("[data-sample]")) {
  button.addEventListener("click", () => {
    $("text").value = setup.samples[button.dataset.sample].text;
    grow();
    closePanels();
    $("text").focus();
  });
}
for (const button of document.querySelectorAll("[data-place]")) {
  button.addEventListener("click", () => { closeMenus(); act("location", setup.places[button.dataset.place]); });
}

// --- menus and panels ------------------------------------------------------------------------------------------

function closeMenus() {
  for (const [button, menu] of menus) { menu.hidden = true; button.setAttribute("aria-expanded", "false"); }
}
function closePanels() {
  for (const panel of document.querySelectorAll(".side")) delete panel.dataset.shown;
}
const menus = [[$("chat-menu-button"), $("chat-menu")], [$("attach-button"), $("attach-menu")]];
for (const [button, menu] of menus) {
  button.addEventListener("click", () => {
    const opening = menu.hidden;
    closeMenus();
    menu.hidden = !opening;
    button.setAttribute("aria-expanded", String(opening));
  });
}
document.addEventListener("click", (event) => {
  if (!menus.some(([button, menu]) => button.contains(event.target) || menu.contains(event.target))) closeMenus();
});
$("sheet").addEventListener("click", (event) => { if (event.target === $("sheet")) $("sheet").hidden = true; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeMenus();
  closePanels();
  $("sheet").hidden = true;
});
for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () => { closeMenus(); closePanels(); $(button.dataset.open).dataset.shown = "1"; });
}
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", closePanels);
$("block").addEventListener("click", () => { closeMenus(); act("block", { blocked: !state.phone?.blocked }); });
$("forget").addEventListener("click", () => { closeMenus(); act("forget", {}); });

// --- choosing channel and citizen ------------------------------------------------------------------------------

for (const input of document.querySelectorAll("input[name=channel]")) {
  input.addEventListener("change", () => { state.channel = input.value; openPhone(); });
}
for (const button of document.querySelectorAll(".person")) {
  button.addEventListener("click", () => { state.who = button.dataset.person; closePanels(); openPhone(); });
}
$("other").addEventListener("submit", (event) => {
  event.preventDefault();
  Object.assign(state, { who: new FormData(event.target).get("address").trim(), name: "" });
  closePanels();
  openPhone();
});

// --- faults ----------------------------------------------------------------------------------------------------

async function faults(body) {
  try {
    const { faults: armed } = await call("faults", body);
    $("fault-count").textContent = armed.length;
    $("fault-count").hidden = !armed.length;
    $("fault-list").replaceChildren(...armed.map((fault) => element("li", {}, `${fault.label}: ${fault.remaining}× lagi`)));
  } catch (error) {
    notify(error.message);
  }
}
$("fault-form").addEventListener("submit", (event) => {
  event.preventDefault();
  faults(Object.fromEntries(new FormData(event.target)));
});
$("fault-clear").addEventListener("click", () => faults({ kind: "" }));
setInterval(() => { if (!document.hidden && document.querySelector(".faults").open) faults(); }, 2500);

// --- start -----------------------------------------------------------------------------------------------------

function tick() {
  $("clock").textContent = new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
}
function readAddress() {
  const [channel, who, name] = location.hash.slice(1).split("/").map(decodeURIComponent);
  if (document.querySelector(`input[name=channel][value="${CSS.escape(channel)}"]`)) state.channel = channel;
  if (who) Object.assign(state, { who, name: name ?? "" });
}
addEventListener("hashchange", () => { readAddress(); openPhone(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
tick();
setInterval(tick, 10000);
readAddress();
faults();
openPhone();
