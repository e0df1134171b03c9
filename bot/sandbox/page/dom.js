// Elements and requests. Words from people and from the bot only ever enter the page as text nodes.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "className") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(result.error || "That did not work.");
  return result;
}

export function openSheet(title, children, file) {
  const dialog = document.getElementById("sheet");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".body").replaceChildren(...children);
  const keep = dialog.querySelector(".keep");
  keep.hidden = !file;
  if (file) {
    keep.href = file.url;
    keep.download = file.name;
  }
  dialog.showModal();
}

export const words = { zone: "Europe/London" };

export function clockTime(date, options = { hour: "2-digit", minute: "2-digit" }) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: words.zone, ...options }).format(date);
}

export function day(date) {
  return clockTime(date, { weekday: "long", day: "numeric", month: "long" });
}
