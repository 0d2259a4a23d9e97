// Several shots, one after the other, as cards on a strip of film.

import { say } from "./words.js";

const strip = document.querySelector("#shots");

/** The shots as the API takes them; none while the strip is empty or folded away. */
export function told() {
  if (!document.querySelector("#board").open) return [];
  return [...strip.children].map((card) => ({
    prompt: card.querySelector("textarea").value,
    seconds: Number(card.querySelector("input[type=number]").value),
    joined: card.querySelector("input[type=checkbox]").checked,
  }));
}

export function open() {
  document.querySelector("#add-shot").addEventListener("click", () => {
    strip.append(card());
    redraw();
    strip.lastElementChild.querySelector("textarea").focus();
  });
}

/** Number the cards anew, in the language of the page. */
export function redraw() {
  [...strip.children].forEach((card, index) => {
    const n = index + 1;
    card.querySelector(".name").textContent = say("shot", { n });
    card.querySelector("button").ariaLabel = say("remove-shot", { n });
    card.querySelector("textarea").ariaLabel = say("say", { n });
    card.querySelector("input[type=number]").ariaLabel = say("shot-seconds", { n });
    card.querySelector(".joined").textContent = say("joined");
    card.querySelector("label").hidden = index === 0;
  });
}

function card() {
  const made = document.createElement("li");
  made.className = "shot";
  const head = element("div", "number");
  const away = element("button", "quiet", { type: "button", textContent: "×" });
  away.addEventListener("click", () => {
    made.remove();
    redraw();
    document.querySelector("#add-shot").focus();
  });
  head.append(element("span", "name"), away);
  const row = element("div", "row");
  const joined = element("label", "check");
  joined.append(element("input", "", { type: "checkbox" }), element("span", "joined"));
  const length = { type: "number", min: 0.25, max: 60, step: "any", value: 3, required: true };
  row.append(element("input", "", length), joined);
  made.append(head, element("textarea", "", { maxLength: 2000 }), row);
  return made;
}

function element(name, className, facts = {}) {
  return Object.assign(document.createElement(name), { className }, facts);
}
