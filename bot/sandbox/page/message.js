// One message as it stands in a chat.
import { clockTime, make, openSheet } from "/page/dom.js";

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]|(?<![\w/])\/[a-z0-9_]{1,32}(?![\w/])/gi;
const STYLES = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };

export function drawMessage(message, phone) {
  const card = make("div", { className: "bubble" });
  if (message.reply) {
    card.append(make("p", { className: "quote" }, message.reply.text || "A message that is gone"));
  }
  if (message.file) card.append(drawFile(message.file));
  if (message.place) card.append(drawPlace(message.place));
  if (message.sticker) card.append(make("p", { className: "sticker-sign" }, message.sticker));
  if (message.odd) card.append(make("p", { className: "odd" }, `(${message.odd})`));
  if (message.text) card.append(drawText(message, phone));
  card.append(drawMeta(message));
  const article = make("article", {
    className: `message ${message.mine ? "mine" : "theirs"}${message.protected ? " protected" : ""}`,
    "data-id": message.id,
  });
  article.append(make("div", { className: "beside" }, card, drawActions(message, phone)));
  if (message.rows.length) article.append(drawRows(message, phone));
  return article;
}

function drawMeta(message) {
  const notes = [];
  if (message.protected) notes.push(make("span", { className: "lock", title: "Cannot be forwarded" }, "protected"));
  if (message.edited) notes.push(make("span", {}, "edited"));
  notes.push(make("time", { datetime: message.at }, clockTime(new Date(message.at))));
  return make("p", { className: "meta" }, ...notes);
}

function drawText(message, phone) {
  const body = make("p", { className: "text" });
  let at = 0;
  const pieces = [...message.entities].filter((entity) => entity.type in STYLES || entity.type === "text_link");
  pieces.sort((one, other) => one.offset - other.offset);
  for (const entity of pieces) {
    if (entity.offset < at) continue;
    body.append(...linked(message.text.slice(at, entity.offset), phone, message.mine));
    const inside = message.text.slice(entity.offset, entity.offset + entity.length);
    body.append(
      entity.type === "text_link" ? anchor(entity.url, inside, phone) : make(STYLES[entity.type], {}, inside),
    );
    at = entity.offset + entity.length;
  }
  body.append(...linked(message.text.slice(at), phone, message.mine));
  return body;
}

function linked(text, phone, mine) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    if (mine && found[0].startsWith("/")) continue;
    parts.push(text.slice(at, found.index));
    if (found[0].startsWith("/")) {
      parts.push(make("button", { type: "button", className: "command", onclick: () => phone.says(found[0]) }, found[0]));
    } else parts.push(anchor(found[0], found[0], phone));
    at = found.index + found[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

export function anchor(url, label, phone, className) {
  const safe = /^(https?|tg):/i.test(url) ? url : "about:blank";
  const start = safe.match(/^(?:https:\/\/t\.me\/|tg:\/\/resolve\?domain=)(\w+)[?&]start=([\w-]{0,64})$/);
  return make("a", {
    href: safe,
    className,
    target: "_blank",
    rel: "noopener noreferrer",
    onclick: (event) => {
      if (!start || start[1] !== phone.bot.username) return;
      event.preventDefault();
      phone.says(`/start ${start[2]}`.trim());
    },
  }, label);
}

function drawRows(message, phone) {
  const rows = message.rows.map((row) =>
    make("div", { className: "row" }, ...row.map((button) => {
      if (button.url) return anchor(button.url, button.label, phone, "key link");
      const key = make("button", { type: "button", className: "key" }, button.label);
      key.addEventListener("click", () => phone.presses(message.id, button.data, key));
      return key;
    })),
  );
  return make("div", { className: "rows" }, ...rows);
}

function drawFile(file) {
  const url = `/sandbox/file/${file.id}`;
  if (file.kind === "photo") {
    return make("img", { src: url, alt: "A photo" });
  }
  if (file.kind === "voice") {
    const bars = [...Array(22)].map((_, n) => make("i", { className: `h${(n * 7 + 3) % 5}` }));
    return make("div", { className: "voice" }, make("span", { "aria-hidden": true }, ...bars), `${file.duration || 1} s`);
  }
  const name = make("span", {}, make("b", {}, file.name), make("small", {}, size(file.size)));
  return make("button", {
    type: "button",
    className: "document",
    onclick: () => openDocument(file, url),
  }, make("i", {}, file.name.split(".").pop().slice(0, 4)), name);
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} kB`;
}

async function openDocument(file, url) {
  const keep = { url, name: file.name };
  const readable = /^text\/|json|calendar/.test(file.mime) || /\.(ics|txt|csv|json)$/i.test(file.name);
  if (!readable) return openSheet(file.name, [make("p", {}, "This kind of file opens in a program of its own.")], keep);
  const text = await (await fetch(url)).text();
  openSheet(file.name, /BEGIN:VEVENT/.test(text) ? calendar(text) : [make("pre", {}, text)], keep);
}

function calendar(text) {
  const lines = text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/);
  const field = (name) => {
    const line = lines.slice(lines.indexOf("BEGIN:VEVENT")).find((one) => new RegExp(`^${name}[;:]`).test(one));
    return line ? line.slice(line.indexOf(":") + 1).replace(/\\n/gi, "\n").replace(/\\([,;\\])/g, "$1") : "";
  };
  const stamp = field("DTSTART").match(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?/);
  const when = stamp
    ? `${new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" })
        .format(new Date(Date.UTC(stamp[1], stamp[2] - 1, stamp[3])))}${stamp[4] ? `, ${stamp[4]}:${stamp[5]}` : ""}`
    : "";
  return [
    make("p", { className: "when" }, when),
    make("p", { className: "what" }, field("SUMMARY")),
    make("p", {}, field("LOCATION")),
    make("p", { className: "notes" }, field("DESCRIPTION")),
  ].filter((line) => line.textContent);
}

function drawPlace(place) {
  const spot = `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`;
  const map = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`;
  return make("div", { className: "place" },
    make("a", { className: "map", href: map, target: "_blank", rel: "noopener noreferrer", "aria-label": "Open the map" }),
    make("b", {}, place.title || "Location"),
    make("small", {}, place.address || spot));
}

function drawActions(message, phone) {
  const choices = [make("button", { type: "button", onclick: () => phone.replyTo(message) }, "Reply")];
  if (message.mine) {
    if (message.text) choices.push(make("button", { type: "button", onclick: () => phone.edit(message) }, "Edit"));
    choices.push(make("button", { type: "button", onclick: () => phone.act("deletes", { message: message.id }) }, "Delete"));
  }
  return make("details", { className: "menu actions" },
    make("summary", { "aria-label": "What to do with this message" }, "⋯"),
    make("div", { className: "sheet" }, ...choices));
}
