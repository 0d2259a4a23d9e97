// The films that were asked for, the newest first.

import { address, get } from "./api.js";
import { say } from "./words.js";

const list = document.querySelector("#films");
const more = document.querySelector("#more");
const none = document.querySelector("#none");
const PAGE = 24;

const cards = new Map(); // id -> {film, element}
let chosen = () => {};
let timer = 0;

/** Fill the gallery; `onChoose` hears which film is to be seen. */
export async function open(onChoose) {
  chosen = onChoose;
  more.addEventListener("click", () => load(list.lastElementChild?.dataset.id));
  return refresh();
}

/** Look at the newest films again; as long as one is being made, that goes on. */
export async function refresh() {
  clearTimeout(timer);
  const films = await load();
  if (films.some(unfinished)) timer = setTimeout(() => refresh().catch(() => {}), 2000);
  return films;
}

/** Take a film out of the gallery. */
export function forget(id) {
  cards.get(id)?.element.remove();
  cards.delete(id);
  none.hidden = cards.size > 0;
}

/** Write the cards anew, say in another language. */
export const redraw = () => cards.forEach(fill);

const unfinished = (film) => film.status === "queued" || film.status === "in_progress";

async function load(after) {
  const page = await get(`v1/videos?limit=${PAGE}${after ? `&after=${after}` : ""}`);
  if (after || cards.size < PAGE) more.hidden = !page.has_more;
  const newest = list.firstElementChild;
  for (const film of page.data) {
    const card = cards.get(film.id);
    if (card) fill(Object.assign(card, { film }));
    else if (after) list.append(added(film));
    else list.insertBefore(added(film), newest);
  }
  none.hidden = cards.size > 0;
  return page.data;
}

function added(film) {
  const element = document.createElement("li");
  element.className = "card";
  element.dataset.id = film.id;
  const card = { film, element };
  cards.set(film.id, card);
  fill(card);
  element.addEventListener("click", () => chosen(card.film));
  return element;
}

/** What a card says. Texts of users go in as texts, never as markup. */
function fill({ film, element }) {
  const ready = film.status === "completed";
  if (element.dataset.status !== film.status || !element.firstChild) {
    const picture = document.createElement("img");
    picture.className = "picture";
    picture.alt = "";
    element.dataset.status = film.status;
    const words = document.createElement("div");
    words.append(document.createElement("button"), document.createElement("small"));
    words.firstChild.type = "button";
    if (unfinished(film)) words.append(document.createElement("progress"));
    if (ready) thumbnail(film, picture);
    element.replaceChildren(picture, words);
  }
  const { seed, seconds } = film.made_as;
  element.querySelector("button").textContent = film.prompt || "—";
  const state = ready ? `${say("seed")} ${seed} · ${say("seconds_of", { n: seconds })}` : say(film.status);
  element.querySelector("small").textContent = film.error ? film.error.message : state;
  const bar = element.querySelector("progress");
  if (bar) Object.assign(bar, { max: 100, value: film.progress, ariaLabel: say("progress") });
}

async function thumbnail(film, picture) {
  try {
    picture.src = await address(`v1/videos/${film.id}/content?variant=thumbnail`);
    await picture.decode();
    URL.revokeObjectURL(picture.src);
  } catch {
    // it was deleted meanwhile; the card goes with the next look
  }
}
