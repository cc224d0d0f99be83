// Drawing the thread: only what changed is redrawn, so that nothing flickers and focus stays.

const drawn = new WeakMap(); // list element -> Map(message id -> {signature, node})
const SVG = "http://www.w3.org/2000/svg";
const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

export function element(tag, attributes = {}, text = "") {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}

export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  if (className) svg.setAttribute("class", className);
  svg.append(use);
  return svg;
}

export function drawThread(list, thread, actions) {
  const known = drawn.get(list) ?? new Map();
  if (!list.childElementCount) known.clear();
  drawn.set(list, known);
  const nearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const last = thread.messages.at(-1);
  const nodes = [];
  let previous = null;
  for (const message of thread.messages) {
    if (!previous || dayOf(previous.at) !== dayOf(message.at)) nodes.push(divider(message.at, known));
    nodes.push(bubbleFor(message, previous?.author !== message.author, thread, known, actions));
    previous = message;
  }
  if (thread.typing) nodes.push(typingBubble());
  if (!nodes.length) nodes.push(element("li", { class: "empty" }, "Belum ada pesan. Ketik sesuatu, atau pilih satu contoh pesan."));
  reconcile(list, nodes);
  if (last && (nearEnd || last.id !== list.dataset.last && last.author === "citizen")) list.scrollTop = list.scrollHeight;
  list.dataset.last = last?.id ?? "";
}

function reconcile(list, nodes) {
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  while (list.childElementCount > nodes.length) list.lastElementChild.remove();
}

function cached(known, key, signature, make) {
  const old = known.get(key);
  if (old?.signature === signature) return old.node;
  const node = make();
  known.set(key, { signature, node });
  return node;
}

function dayOf(iso) {
  return new Date(iso).toDateString();
}

function divider(iso, known) {
  const day = dayOf(iso);
  return cached(known, `day ${day}`, new Date().toDateString(), () => {
    const age = Math.round((new Date(new Date().toDateString()) - new Date(day)) / 86400000);
    const name = age === 0 ? "Hari ini" : age === 1 ? "Kemarin"
      : new Date(iso).toLocaleDateString("id-ID", { day: "numeric", month: "long", year: "numeric" });
    return element("li", { class: "day" }, name);
  });
}

function bubbleFor(message, first, thread, known, actions) {
  const signature = JSON.stringify([message, first, thread.phone.channel]);
  return cached(known, message.id, signature, () => drawMessage(message, first, thread, actions));
}

function drawMessage(message, first, thread, actions) {
  const row = element("li", { class: "msg", "data-author": message.author, "data-id": message.id, "data-status": message.status, "data-first": first ? "" : null });
  const bubble = element("div", { class: "bubble" });
  if (message.media) bubble.append(drawMedia(message.media));
  if (message.location) bubble.append(drawMap());
  const words = message.location ? `${message.location[2] || "Lokasi"}\n${message.location[0].toFixed(5)}, ${message.location[1].toFixed(5)}` : message.text;
  if (words) bubble.append(drawWords(words, thread.phone.channel));
  bubble.append(drawMeta(message, thread.phone.channel));
  row.append(bubble);
  if (message.choices.length) row.append(drawChoices(message, actions));
  if (message.reason) row.append(drawReason(message));
  return row;
}

function drawWords(text, channel) {
  const words = element("div", { class: "words" });
  for (const piece of text.split(LINK)) {
    if (LINK.test(piece)) words.append(element("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece));
    else words.append(...(channel.startsWith("whatsapp") ? emphasised(piece) : [piece]));
  }
  return words;
}

// WhatsApp shows *bold* and _italic_; Telegram and SMS show what was sent.
function emphasised(text) {
  return text.split(/((?<![\p{L}\p{N}])(?:\*[^*\n]+\*|_[^_\n]+_)(?![\p{L}\p{N}]))/u).map((piece) => {
    if (/^\*[^*]+\*$/.test(piece)) return element("b", {}, piece.slice(1, -1));
    if (/^_[^_]+_$/.test(piece)) return element("i", {}, piece.slice(1, -1));
    return piece;
  });
}

function drawMedia(media) {
  if (media.type.startsWith("image/")) {
    const picture = element("img", { class: "picture", src: media.url, alt: media.name || "Foto" });
    picture.addEventListener("load", () => stayAtEnd(picture));
    return picture;
  }
  const link = element("a", { class: "doc", href: media.url, target: "_blank", rel: "noopener noreferrer" });
  link.append(icon("clip"), media.name || "Berkas");
  return link;
}

// A picture that arrives late pushes the newest message out of sight.
function stayAtEnd(picture) {
  const list = picture.closest(".thread");
  if (list && list.scrollHeight - list.scrollTop - list.clientHeight < picture.clientHeight + 120) list.scrollTop = list.scrollHeight;
}

function drawMap() {
  const map = element("span", { class: "map", role: "img", "aria-label": "Peta lokasi" });
  map.append(icon("pin"));
  return map;
}

function drawMeta(message, channel) {
  const meta = element("div", { class: "meta" });
  const time = new Date(message.at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
  meta.append(element("time", { datetime: message.at }, time));
  if (message.author === "citizen") {
    meta.append(tick(message.status, channel));
  } else if (channel !== "telegram" && message.status !== "failed") {
    meta.append(element("span", { class: "state", title: "Status yang dilaporkan penyedia kepada Sigap" }, message.status_label));
  }
  return meta;
}

function tick(status, channel) {
  const holder = element("span", { title: { sent: "Diterima penyedia", delivered: "Diterima Sigap", read: "Dibaca Sigap" }[status] ?? "" });
  if (status === "failed") holder.append(icon("warn", "small"));
  else if (channel === "sms_twilio") holder.textContent = status === "sent" ? "terkirim" : "sampai";
  else holder.append(icon(status === "sent" || status === "pending" ? "tick" : "ticks"));
  if (status === "read") holder.dataset.read = "";
  return holder;
}

function drawReason(message) {
  const note = element("div", { class: "failed" });
  note.append(icon("warn"), element("span", {}, message.author === "sigap" ? `tidak sampai — ${message.reason}` : message.reason));
  return note;
}

function drawChoices(message, actions) {
  const box = element("div", { class: "choices" });
  if (message.style === "list") {
    const button = element("button", { type: "button" });
    button.append(icon("list"), message.label || "Pilihan");
    button.addEventListener("click", () => actions.openList(message));
    box.append(button);
    return box;
  }
  message.choices.forEach((choice, index) => {
    const pressed = message.pressed_index === index;
    const button = element("button", { type: "button", "data-waiting": pressed && message.waiting ? "" : null, "data-pressed": pressed ? "" : null }, choice.title);
    button.addEventListener("click", () => actions.press(message.id, index));
    box.append(button);
  });
  return box;
}

function typingBubble() {
  const row = element("li", { class: "msg typing", "data-author": "sigap", "data-first": "" });
  const bubble = element("div", { class: "bubble", "aria-label": "sedang mengetik" });
  bubble.append(element("i"), element("i"), element("i"));
  row.append(bubble);
  return row;
}
