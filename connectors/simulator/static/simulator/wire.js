// The wire log: webhooks that went to Sigap and API calls that came from it, newest first.
import { element } from "./bubbles.js";

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null|-?\d+(?:\.\d+)?)\b/g;
const rows = new Map(); // key -> {signature, node}

export function drawWire(list, entries) {
  const newest = (kind) => entries.find((entry) => entry.kind === kind && entry.title.startsWith("POST"));
  const top = [newest("event"), newest("call")].filter(Boolean);
  const rest = entries.filter((entry) => !top.includes(entry));
  const nodes = top.map((entry) => rowFor(entry, true));
  if (rest.length) { const gap = element("li"); gap.append(element("h3", {}, "Status dan yang sebelumnya")); nodes.push(gap); }
  nodes.push(...rest.map((entry) => rowFor(entry, false)));
  for (const key of rows.keys()) if (!entries.some((entry) => entry.key === key)) rows.delete(key);
  if (!entries.length) nodes.push(element("li", { class: "hint" }, "Belum ada yang lewat."));
  list.replaceChildren(...nodes);
}

function rowFor(entry, pinned) {
  const signature = JSON.stringify(entry);
  let row = rows.get(entry.key);
  if (row?.signature !== signature) {
    row = { signature, touched: row?.touched, open: row?.open, node: element("li"), details: draw(entry) };
    const current = row;
    row.details.querySelector("summary").addEventListener("click", () => { current.touched = true; current.open = !current.details.open; });
    row.node.append(row.details);
    rows.set(entry.key, row);
  }
  row.details.open = row.touched ? row.open : pinned;
  row.node.className = pinned ? "" : "minor";
  return row.node;
}

function draw(entry) {
  const details = element("details", { "data-direction": entry.direction });
  const summary = element("summary");
  const arrow = entry.direction === "webhook" ? "→ Sigap" : "Sigap →";
  const code = entry.status === null ? "tanpa jawaban" : String(entry.status);
  const notes = [entry.label, entry.attempts > 1 ? `percobaan ke-${entry.attempts}` : ""];
  summary.append(
    element("span", { class: "way" }, arrow),
    element("span", { class: "what" }, notes.filter(Boolean).join(" · ")),
    element("span", { class: "code", "data-bad": entry.status >= 200 && entry.status < 300 ? null : "" }, code),
    element("span", { class: "address" }, `${clock(entry.at)}  ${entry.title}`),
  );
  details.append(summary);
  const headers = Object.entries(entry.headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  if (headers) { const pre = element("pre"); pre.append(element("span", { class: "c" }, headers)); details.append(pre); }
  if (Object.keys(entry.request).length) details.append(pretty(entry.request));
  if (entry.response && Object.keys(entry.response).length) details.append(pretty(entry.response));
  return details;
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function pretty(value) {
  const pre = element("pre");
  if (typeof value === "string") { pre.textContent = value; return pre; }
  const text = JSON.stringify(value, null, 2);
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    pre.append(text.slice(at, match.index));
    const [whole, string, colon] = match;
    if (string) { pre.append(element("span", { class: colon ? "k" : "s" }, string), colon ?? ""); }
    else pre.append(element("span", { class: "n" }, whole));
    at = match.index + whole.length;
  }
  pre.append(text.slice(at));
  return pre;
}
