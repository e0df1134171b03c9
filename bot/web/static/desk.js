"use strict";
// Pages work without this. It keeps Today up to date, and lets lists be walked through by keyboard.

const live = document.querySelector("[data-live]");
if (live && "EventSource" in window) {
  const news = document.getElementById("news");
  const source = new EventSource(live.dataset.live);
  let known = null;
  source.addEventListener("list", (event) => {
    const focused = document.activeElement && live.contains(document.activeElement)
      ? document.activeElement.closest("[id]")?.id : null;
    if (known !== null || live.innerHTML.trim() !== event.data.trim()) {
      live.innerHTML = event.data; // our own template, in which everything from outside is escaped
      if (focused) document.getElementById(focused)?.querySelector("a, button")?.focus();
    }
    known = event.data;
    const waits = live.querySelectorAll("li").length;
    const what = { 0: "Nothing waits", 1: "One thing waits" }[waits] ?? `${waits} things wait`;
    const said = `${what}. Kept up to date.`;
    if (news.textContent !== said) news.textContent = said;
  });
  source.addEventListener("over", () => { source.close(); location.reload(); });
  source.addEventListener("error", () => { news.textContent = "Not kept up to date at the moment. Reload to look again."; });
}

const current = document.querySelector(".rooms [aria-current]");
if (current) current.closest("ul").scrollLeft = current.offsetLeft - 16;

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const links = [...document.querySelectorAll(".line h2 a, .waits h3 a")];
  const at = links.indexOf(document.activeElement);
  const go = { j: at + 1, k: at < 0 ? links.length - 1 : at - 1 }[event.key];
  if (go !== undefined && links[go]) { links[go].focus(); event.preventDefault(); }
  const field = event.key === "/" && document.querySelector("input[type=search]");
  if (field) { field.focus(); event.preventDefault(); }
  const review = event.key === "r" && document.querySelector("form[action$='/reviewed'] button");
  if (review) { review.focus(); event.preventDefault(); }
});
