// Behaviour of every page: keys, dialogs, toasts, highlighting, counters. No inline handlers (CSP).
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// Rows: j and k move the focus along row links, Enter is the link's own.
function moveRow(step) {
  const links = [...document.querySelectorAll("[data-rows] [data-row] .row-link")];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
  links[next].focus({ focusVisible: true });
  links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-send]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "j") moveRow(1);
  else if (event.key === "k") moveRow(-1);
  else if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
  else if (event.key === "?") document.getElementById("help")?.showModal();
});

// Dialogs: an answer swapped into the dialog opens it; closing never loses the page behind.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "dialog-body") return;
  const dialog = document.getElementById("dialog");
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("form")?.querySelector("select, textarea, input:not([type=hidden])")?.focus();
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const opener = target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  const closer = target.closest("[data-close]");
  const dialog = closer?.closest("dialog");
  if (dialog) { event.preventDefault(); dialog.close(); }
  if (target.matches("dialog")) target.close(); // the backdrop
  target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  const ready = target.closest("[data-insert]");
  if (ready) insertReply(ready.dataset.insert);
  for (const menu of document.querySelectorAll("details.account[open]")) if (!menu.contains(target)) menu.open = false;
});

function insertReply(text) {
  const box = document.getElementById("composer-text");
  if (!box) return;
  box.setRangeText(box.value && !box.value.endsWith("\n") ? `\n${text}` : text, box.value.length, box.value.length, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

// Toasts: good news leaves by itself, errors stay until read.
function fade(toast) { if (!toast.classList.contains("error")) setTimeout(() => toast.remove(), 6000); }
function complain(text) {
  const toast = document.createElement("p");
  toast.className = "toast error";
  toast.dataset.toast = "";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", className: "icon-button", textContent: "×" });
  close.dataset.dismiss = "";
  toast.append(close);
  document.getElementById("toasts").append(toast);
}
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => complain(document.body.dataset.failed));
}

// Words of the text and rows of the ticket light each other up.
function light(keys, on) {
  const wanted = new Set(keys);
  for (const mark of document.querySelectorAll("mark[data-keys]")) {
    if (mark.dataset.keys.split(" ").some((key) => wanted.has(key))) mark.classList.toggle("is-lit", on);
  }
  for (const row of document.querySelectorAll(".property[data-key]")) {
    if (wanted.has(row.dataset.key)) row.classList.toggle("is-lit", on);
  }
}
for (const [start, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  for (const [name, on] of [[start, true], [end, false]]) {
    document.addEventListener(name, (event) => {
      const at = event.target instanceof Element ? event.target.closest("mark[data-keys], .property[data-key]") : null;
      if (at) light((at.dataset.keys ?? at.dataset.key).split(" "), on);
    });
  }
}

// Text boxes: grow with their text, count characters, feed the preview.
function measure(box) {
  if (box.matches("[data-grow]")) box.rows = Math.min(8, Math.max(2, box.value.split("\n").length));
  const counter = document.getElementById(box.dataset.counter ?? "");
  if (counter) {
    counter.value = String([...box.value].length);
    counter.closest(".counter").classList.toggle("is-over", [...box.value].length > Number(counter.dataset.limit));
  }
  const preview = box.id && document.querySelector(`[data-preview="${CSS.escape(box.id)}"]`);
  if (preview) preview.textContent = box.value;
}
document.addEventListener("input", (event) => { if (event.target.matches?.("textarea")) measure(event.target); });

document.querySelectorAll("[data-toast]").forEach(fade);
document.querySelectorAll("textarea").forEach(measure);

// Addresses stay short enough to share: filters that say nothing are left out.
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, parameters } = event.detail;
  if (verb !== "get") return;
  for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
});
