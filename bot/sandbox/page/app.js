// The page: phones, tabs, the clock, and the stream of what happens.
import { clockTime, day, make, post, words } from "/page/dom.js";
import { Phone } from "/page/phone.js";

const phones = new Map();
const tabs = new Map();
let offset = 0;

function everything(event) {
  words.zone = event.zone;
  document.title = `${event.title} demo`;
  document.getElementById("title").textContent = event.title;
  document.getElementById("subtitle").textContent = event.subtitle;
  document.getElementById("links").replaceChildren(...event.links.map((link) =>
    make("a", { href: link.url, target: "_blank", rel: "noopener" }, link.label),
  ));
  event.people.forEach((person, n) => {
    if (phones.has(person.id)) return;
    const phone = new Phone(person, n % 5, news);
    phones.set(person.id, phone);
    document.getElementById("phones").append(phone.element);
    document.getElementById("tabs").append(tab(person, n % 5));
  });
  for (const chat of event.chats) phones.get(chat.id)?.everything(chat, event.bot, event.places);
  const wanted = Number(location.hash.slice(1));
  show(phones.has(wanted) ? wanted : event.people[0].id);
}

function tab(person, hue) {
  const made = make("button", { type: "button", role: "tab", "data-hue": hue, onclick: () => show(person.id) },
    make("span", { className: "avatar", "aria-hidden": true }, person.name.slice(0, 1)), person.name);
  tabs.set(person.id, made);
  return made;
}

function show(id) {
  for (const [number, phone] of phones) {
    phone.element.classList.toggle("shown", number === id);
    tabs.get(number).setAttribute("aria-selected", String(number === id));
  }
  tabs.get(id).classList.remove("news");
  history.replaceState(null, "", `#${id}`);
  phones.get(id).log.scrollTop = phones.get(id).log.scrollHeight;
}

function news(phone) {
  const selected = tabs.get(phone.id).getAttribute("aria-selected") === "true";
  tabs.get(phone.id).classList.toggle("news", !selected);
  phone.element.classList.remove("rings");
  void phone.element.offsetWidth;
  phone.element.classList.add("rings");
}

function itIs(now) {
  offset = new Date(now) - Date.now();
  tick();
}

function heard(event) {
  itIs(event.now);
  switch (event.kind) {
    case "everything":
      return everything(event);
    case "message":
      return phones.get(event.chat)?.put(event.message);
    case "chat":
      return phones.get(event.chat.id)?.state(event.chat);
    case "notice":
      return phones.get(event.chat)?.notice(event);
    case "profile":
      for (const phone of phones.values()) phone.known(event.bot);
      for (const chat of event.chats) phones.get(chat.id)?.commands(chat.commands);
      return undefined;
    default:
      return undefined;
  }
}

function listen() {
  const stream = new EventSource("/sandbox/events");
  const lost = document.getElementById("lost");
  stream.addEventListener("open", () => {
    lost.hidden = true;
  });
  stream.addEventListener("error", () => {
    lost.hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
  stream.addEventListener("message", (event) => heard(JSON.parse(event.data)));
}

function tick() {
  const now = new Date(Date.now() + offset);
  document.getElementById("time").textContent = clockTime(now);
  document.getElementById("date").textContent = day(now);
}

async function move(button) {
  const clock = document.querySelector(".clock");
  clock.setAttribute("aria-busy", "true");
  try {
    const morning = "morning" in button.dataset;
    const moved = morning
      ? await post("/sandbox/morning", {})
      : await post("/sandbox/clock", { move: Number(button.dataset.seconds) });
    itIs(moved.now);
  } finally {
    clock.removeAttribute("aria-busy");
    if (narrow.matches) document.getElementById("moves").open = false;
  }
}

for (const button of document.querySelectorAll(".moves button")) {
  button.addEventListener("click", () => move(button));
}

// On a wide page the choices of the clock are always there; on a phone they fold away.
const narrow = matchMedia("(max-width: 1100px)");
const fold = () => {
  document.getElementById("moves").open = !narrow.matches;
};
narrow.addEventListener("change", fold);
fold();

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const moves = document.getElementById("moves");
  if (narrow.matches && !moves.contains(event.target)) moves.open = false;
});

const root = document.documentElement;
root.dataset.theme = localStorage.getItem("theme") || "";
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

setInterval(tick, 1000);
listen();
