// The sentence, its settings, and what becomes of it: a new film, another take, or how one goes on.

import { get, post } from "./api.js";
import { told as shots } from "./storyboard.js";
import { examples, say } from "./words.js";

const form = document.querySelector("#composer");
const sentence = document.querySelector("#sentence");
const SHAPES = { square: [14, 14], landscape: [20, 12.5], portrait: [12.5, 20] };

let mode = { kind: "new" };
let model = null;

/** Make the form ready; `onFilm` hears each film that was asked for. */
export async function open(onFilm) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(onFilm);
  });
  sentence.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  document.querySelector("#mode-end").addEventListener("click", () => turn("new"));
  const models = (await get("v1/models")).data;
  model = models[0];
  form.steps.value = model.steps;
  form.seconds.max = model.max_seconds;
  redraw();
}

/** Write the choices anew, say in another language. */
export function redraw() {
  const group = document.querySelector("#examples");
  group.replaceChildren(...examples().map((text) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text });
    button.addEventListener("click", () => {
      sentence.value = text;
      sentence.focus();
    });
    return button;
  }));
  if (model === null) return;
  fill(form.style, model.styles);
  fill(form.camera, model.cameras);
  shapes(model.sizes);
  turn(mode.kind, mode.film, false);
}

/** Change what the sentence is for: "new", or "remix" or "extend" of a film. */
export function turn(kind, film = null, focus = true) {
  mode = { kind, film };
  document.querySelector("#mode").hidden = kind === "new";
  document.querySelector("#mode-name").textContent = kind === "new" ? "" : say(`mode-${kind}`);
  document.querySelector(".composer > label").textContent = say("sentence");
  if (focus) {
    if (kind !== "new") sentence.value = kind === "remix" ? film.prompt : "";
    sentence.focus();
    form.scrollIntoView({ block: "center" });
  }
}

/** Let the next film use this seed. */
export function keepSeed(seed) {
  document.querySelector("#settings").open = true;
  form.seed.value = seed;
  form.seed.focus();
}

export const fail = (error) => {
  document.querySelector("#error").textContent = error.message;
};

/** Ask for a film and say so; what the server refuses is shown in its own sentence. */
export async function send(onFilm, ask = wish) {
  const button = document.querySelector("#go");
  fail({ message: "" });
  button.disabled = true;
  try {
    onFilm(await ask());
    turn("new", null, false);
  } catch (error) {
    fail(error);
  } finally {
    button.disabled = false;
  }
}

function wish() {
  const prompt = sentence.value;
  const seconds = Number(form.seconds.value);
  if (mode.kind === "remix") return post(`v1/videos/${mode.film.id}/remix`, { prompt });
  if (mode.kind === "extend") return post("v1/videos/extensions", { prompt, seconds, video: { id: mode.film.id } });
  const body = { prompt, seconds, size: form.elements.size.value, negative: form.negative.value };
  for (const name of ["style", "camera"]) if (form[name].value) body[name] = form[name].value;
  for (const name of ["seed", "steps"]) if (form[name].value) body[name] = Number(form[name].value);
  if (shots().length) body.shots = shots();
  return post("v1/videos", { ...body, loop: form.loop.checked, expand: form.expand.checked });
}

function fill(select, names) {
  const before = select.value;
  select.replaceChildren(new Option(say("fitting"), ""), ...names.map((name) => new Option(say(name), name)));
  select.value = before;
}

/** The shapes of a film as a choice of small drawings. */
function shapes(sizes) {
  const before = form.elements.size?.value;
  const choices = sizes.map((size, number) => {
    const label = document.createElement("label");
    const [width, height] = SHAPES[size] ?? SHAPES.square;
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "size", value: size, ariaLabel: say(size) });
    input.checked = before ? size === before : number === 0;
    label.title = say(size);
    label.append(input, outline(width, height));
    return label;
  });
  document.querySelector("#sizes").replaceChildren(...choices);
}

function outline(width, height) {
  const space = "http://www.w3.org/2000/svg";
  const [drawing, shape] = [document.createElementNS(space, "svg"), document.createElementNS(space, "rect")];
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const place = { x: 12 - width / 2, y: 12 - height / 2, width, height, rx: 2 };
  for (const [name, value] of Object.entries(place)) shape.setAttribute(name, value);
  drawing.append(shape);
  return drawing;
}
