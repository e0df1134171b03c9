// One phone: a person's chat with the bot.
import { drawMessage } from "/page/message.js";
import { day, make, openSheet, post } from "/page/dom.js";

const TYPING = 5000;
const LARGEST = 8 * 1024 * 1024;

export class Phone {
  constructor(person, hue, onNews) {
    this.id = person.id;
    this.person = person;
    this.onNews = onNews;
    this.bot = { name: "", username: "", description: "" };
    this.messages = new Map();
    this.element = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.element.dataset.hue = hue;
    this.element.setAttribute("aria-label", `${person.name}'s phone`);
    this.part = (selector) => this.element.querySelector(selector);
    this.part(".avatar").textContent = person.name.slice(0, 1);
    this.part(".name").textContent = person.name;
    this.part(".about").textContent = person.about;
    this.log = this.part(".log");
    this.field = this.part("textarea");
    this.#listen();
  }

  #listen() {
    const form = this.part(".composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#send();
      }
      if (event.key === "Escape") this.#mode(null);
    });
    this.field.addEventListener("input", () => this.#grow());
    this.log.addEventListener("scroll", () => {
      if (this.#atEnd()) this.part(".down").hidden = true;
    });
    this.part(".down").addEventListener("click", () => this.#toEnd());
    this.part(".go").addEventListener("click", () => this.says("/start"));
    this.part(".mode button").addEventListener("click", () => this.#mode(null));
    this.part(".block").addEventListener("click", () => this.act("blocks_bot"));
    this.part(".unblock").addEventListener("click", () => this.act("unblocks_bot"));
    this.part("input[type=file]").addEventListener("change", (event) => this.#photo(event.target));
    for (const button of this.element.querySelectorAll("[data-kind]")) {
      button.addEventListener("click", () => this.act("sends", { kind: button.dataset.kind }));
    }
  }

  // What the person does

  async act(does, more = {}) {
    for (const menu of this.element.querySelectorAll("details[open]")) menu.open = false;
    try {
      return await post("/sandbox/act", { user: this.id, does, ...more });
    } catch (error) {
      this.toast(error.message);
      return null;
    }
  }

  says(text) {
    return this.act("says", { text });
  }

  async presses(message, data, key) {
    key.setAttribute("aria-busy", "true");
    setTimeout(() => key.removeAttribute("aria-busy"), 6000);
    await this.act("presses_data", { message, data });
  }

  async #send() {
    const text = this.field.value.trim();
    if (!text) return;
    const mode = this.mode;
    this.#mode(null);
    this.field.value = "";
    this.#grow();
    if (mode?.kind === "edit") await this.act("edits", { message: mode.id, text });
    else await this.act("says", mode ? { text, message: mode.id } : { text });
  }

  async #photo(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST) {
      this.toast("That picture is too large for the demo.");
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    await this.act("sends", { kind: "photo", name: file.name, mime: file.type, content: btoa(binary) });
  }

  edit(message) {
    this.#mode({ kind: "edit", id: message.id, label: "Change your message" });
    this.field.value = message.text;
    this.#grow();
  }

  replyTo(message) {
    this.#mode({ kind: "reply", id: message.id, label: `Reply: ${message.text.slice(0, 60) || "…"}` });
  }

  #mode(mode) {
    if (this.mode?.kind === "edit" && !mode) this.field.value = "";
    this.mode = mode;
    this.part(".mode").hidden = !mode;
    this.part(".mode span").textContent = mode ? mode.label : "";
    for (const menu of this.element.querySelectorAll("details[open]")) menu.open = false;
    if (mode) this.field.focus();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 120)}px`;
    this.part(".send").classList.toggle("ready", this.field.value.trim() !== "");
  }

  // What the phone shows

  everything(chat, bot, places) {
    this.known(bot);
    this.messages.clear();
    this.log.replaceChildren();
    for (const message of chat.messages) this.#place(message);
    this.part(".places").replaceChildren(...places.map((place) =>
      make("button", { type: "button", onclick: () => this.act("shares_location", { lat: place.lat, lon: place.lon }) }, place.label),
    ));
    this.places = places;
    this.state(chat);
    this.#toEnd(false);
  }

  known(bot) {
    this.bot = bot;
    this.part(".bot").textContent = bot.name;
    this.part(".description").textContent = bot.description;
  }

  put(message) {
    const follow = this.#atEnd() || message.mine;
    const fresh = !message.deleted && !this.messages.has(message.id);
    this.#place(message);
    if (fresh && !message.mine) this.onNews(this);
    if (follow) this.#toEnd();
    else if (fresh) this.part(".down").hidden = false;
  }

  #place(message) {
    const old = this.messages.get(message.id);
    if (message.deleted) {
      this.messages.delete(message.id);
      old?.remove();
      this.#days();
      return;
    }
    const drawn = drawMessage(message, this);
    this.messages.set(message.id, drawn);
    if (old) {
      drawn.classList.add("still");
      old.replaceWith(drawn);
      return;
    }
    drawn.dataset.day = day(new Date(message.at));
    const last = this.log.lastElementChild;
    if (last?.dataset.day !== drawn.dataset.day) {
      this.log.append(make("p", { className: "day", "data-day": drawn.dataset.day }, drawn.dataset.day));
    }
    this.log.append(drawn);
  }

  #days() {
    for (const line of this.log.querySelectorAll(".day")) {
      if (line.nextElementSibling?.classList.contains("message") !== true) line.remove();
    }
  }

  state(chat) {
    const empty = !chat.started && this.messages.size === 0;
    this.part(".start").hidden = !empty;
    this.part(".composer").hidden = chat.blocked || empty;
    this.part(".unblock").hidden = !chat.blocked;
    this.part(".more").hidden = chat.blocked;
    this.#typing(chat.typing);
    this.commands(chat.commands);
    this.#keyboard(chat.keyboard);
  }

  #typing(typing) {
    clearTimeout(this.typingOver);
    this.part(".status").textContent = typing ? "typing…" : "automated helper";
    this.part(".status").classList.toggle("typing", typing);
    if (typing) this.typingOver = setTimeout(() => this.#typing(false), TYPING);
  }

  commands(commands) {
    const menu = this.part(".slash");
    menu.hidden = commands.length === 0;
    this.part(".commands").replaceChildren(...commands.map((one) =>
      make("button", { type: "button", onclick: () => this.says(`/${one.command}`) },
        make("b", {}, `/${one.command}`), make("small", {}, one.description)),
    ));
  }

  #keyboard(keyboard) {
    const keys = this.part(".keys");
    const shown = JSON.stringify(keyboard);
    if (this.shownKeyboard === shown) return;
    this.shownKeyboard = shown;
    keys.hidden = !keyboard;
    this.field.placeholder = keyboard?.placeholder || "Message";
    keys.replaceChildren(...(keyboard?.rows || []).map((row) =>
      make("div", { className: "row" }, ...row.map((button) =>
        make("button", { type: "button", className: "key", onclick: () => this.#uses(button) }, button.label),
      )),
    ));
  }

  #uses(button) {
    if (!button.location) return this.act("uses_key", { label: button.label });
    const close = () => document.getElementById("sheet").close();
    openSheet("Where are you?", this.places.map((place) =>
      make("button", {
        type: "button",
        className: "choice",
        onclick: () => {
          close();
          this.act("shares_location", { lat: place.lat, lon: place.lon });
        },
      }, place.label),
    ));
    return null;
  }

  notice({ text, alert, message }) {
    for (const key of this.messages.get(message)?.querySelectorAll("[aria-busy]") || []) {
      key.removeAttribute("aria-busy");
    }
    if (text && alert) openSheet(this.bot.name, [make("p", {}, text)]);
    else if (text) this.toast(text);
  }

  toast(text) {
    const toast = this.part(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastOver);
    this.toastOver = setTimeout(() => {
      toast.hidden = true;
    }, 3500);
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  #toEnd(smooth = true) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.part(".down").hidden = true;
  }
}
