// The screen: what a film becomes while it is made, then the film itself.

import { address, events } from "./api.js";
import { say } from "./words.js";

const find = (id) => document.querySelector(`#${id}`);
const [screen, glow, preview, player] = ["screen", "glow", "preview", "player"].map(find);
const [making, progress, percent] = ["making", "progress", "percent"].map(find);
const PACE = 500; // milliseconds from moment to moment of a preview
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** The film that is on the screen, as the API tells it; null where there is none. */
export let film = null;
let moments = null; // a picture of moments side by side, and how many
let listening = new AbortController();

/** Put a film on the screen. While it is made, `heard` is called with what the server tells. */
export async function show(shown, heard = () => {}) {
  listening.abort();
  listening = new AbortController();
  const { signal } = listening;
  clear();
  tell(shown);
  if (shown.status === "completed") return play(shown);
  for await (const { name, data } of following(shown.id, signal)) {
    if (signal.aborted) return;
    if (name === "preview") await draw(data.picture);
    else if (name !== "end") {
      tell(data);
      heard(data);
      if (data.status === "completed") await play(data);
    }
  }
}

/** Show nothing, or forget the film that was deleted. */
export function clear() {
  if (player.src) URL.revokeObjectURL(player.src);
  player.removeAttribute("src");
  [film, moments] = [null, null];
  for (const element of [preview, player, making, find("about")]) element.hidden = true;
  screen.dataset.state = "empty";
  for (const id of ["status", "expanded", "facts"]) find(id).textContent = "";
}

export function stop() {
  listening.abort();
}

async function* following(id, signal) {
  try {
    yield* events(id, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Say how far a film is; a screen reader hears each change of state, and every quarter. */
export function tell(told) {
  const unfinished = told.status === "queued" || told.status === "in_progress";
  const before = film?.id === told.id && film.status === told.status ? film.progress : -1;
  film = told;
  making.hidden = !unfinished;
  progress.value = told.progress;
  percent.textContent = `${told.progress} %`;
  find("about").hidden = told.status !== "completed";
  if (Math.floor(before / 25) !== Math.floor(told.progress / 25)) {
    const far = told.status === "in_progress" ? `, ${say("done", { n: told.progress })}` : "";
    find("status").textContent = say(told.status) + far + (told.error ? ` ${told.error.message}` : "");
  }
  describe();
}

/** Write down what the film on the screen is, in the language of the page. */
export function describe() {
  if (!film) return;
  const { seed, width, height, seconds, expanded_prompt: expanded, notice } = film.made_as;
  find("expanded").textContent = expanded ?? film.prompt;
  const facts = [`${say("seed")} ${seed}`, `${width} × ${height}`, say("seconds_of", { n: seconds })];
  find("facts").textContent = [...facts, notice].filter(Boolean).join(" · ");
}

async function draw(picture) {
  const image = new Image();
  image.src = picture;
  await image.decode();
  if (!film) return;
  const { width, height } = film.made_as;
  if (moments === null) [preview.width, preview.height] = [width, height];
  moments = { image, count: Math.max(1, Math.round(image.naturalWidth / width)) };
  preview.dataset.number = Number(preview.dataset.number ?? 0) + 1;
  preview.hidden = false;
  screen.dataset.state = "preview";
  moment();
}

/** Draw one of the moments; they follow each other like a slow film. */
function moment() {
  if (!moments) return;
  const { width, height } = preview;
  const number = calm.matches ? 0 : Math.floor(performance.now() / PACE) % moments.count;
  preview.getContext("2d").drawImage(moments.image, number * width, 0, width, height, 0, 0, width, height);
  light(preview);
}

async function play(done) {
  const url = await address(`v1/videos/${done.id}/content`);
  if (film?.id !== done.id) return URL.revokeObjectURL(url);
  moments = null;
  player.src = url;
  player.hidden = false;
  preview.hidden = true;
  screen.dataset.state = "film";
  if (!calm.matches) player.play().catch(() => {}); // a browser may want a click first
}

/** What is on the screen lights its surroundings. */
function light(source) {
  glow.getContext("2d").drawImage(source, 0, 0, glow.width, glow.height);
}

setInterval(() => {
  if (moments) moment();
  else if (screen.dataset.state === "film" && player.readyState > 1) light(player);
}, PACE);
