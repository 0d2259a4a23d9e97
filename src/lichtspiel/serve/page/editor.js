// A mask drawn on the first frame, and what should be there instead: with a pointer or with keys.

import { address, post } from "./api.js";
import { say } from "./words.js";

const find = (id) => document.querySelector(`#${id}`);
const [dialog, frame, mask, brush] = ["editor", "frame", "mask", "brush"].map(find);
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const paint = document.createElement("canvas"); // white where it is painted
const painting = paint.getContext("2d", { willReadFrequently: true });
let film = null;
let at = { x: 0, y: 0 };
let drawing = false;

/** Make the dialog ready; `onFilm` hears each edit that was asked for. */
export function open(onFilm) {
  mask.addEventListener("pointerdown", (event) => {
    mask.setPointerCapture(event.pointerId);
    drawing = true;
    stroke(point(event));
  });
  mask.addEventListener("pointermove", (event) => {
    if (drawing) stroke(point(event), at);
    else redraw(point(event));
  });
  mask.addEventListener("pointerup", () => { drawing = false; });
  mask.addEventListener("keydown", (event) => {
    if (keyed(event.key)) event.preventDefault();
  });
  for (const name of ["focus", "blur"]) mask.addEventListener(name, () => redraw());
  find("wipe").addEventListener("click", wipe);
  find("edit-cancel").addEventListener("click", () => dialog.close());
  find("editor-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    find("edit-error").textContent = "";
    try {
      const made = await send();
      dialog.close();
      onFilm(made);
    } catch (error) {
      find("edit-error").textContent = error.message;
    }
  });
}

/** Show the first frame of a film, to be painted on. */
export async function edit(shown) {
  film = shown;
  const image = new Image();
  image.src = await address(`v1/videos/${film.id}/content?variant=thumbnail`);
  await image.decode();
  for (const canvas of [frame, mask, paint]) {
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  }
  frame.getContext("2d").drawImage(image, 0, 0);
  URL.revokeObjectURL(image.src);
  at = { x: mask.width / 2, y: mask.height / 2 };
  find("edit-error").textContent = "";
  wipe();
  dialog.showModal();
  mask.focus();
}

async function send() {
  const body = new FormData();
  body.set("prompt", find("instruction").value);
  body.set("video", film.id);
  if (share() > 0) body.set("mask", await picture(), "mask.png");
  return post("v1/videos/edits", body);
}

/** The mask as a png: white where the film may change, black elsewhere. */
function picture() {
  const whole = Object.assign(document.createElement("canvas"), { width: paint.width, height: paint.height });
  const context = whole.getContext("2d");
  context.fillRect(0, 0, whole.width, whole.height);
  context.drawImage(paint, 0, 0);
  return new Promise((resolve) => whole.toBlob(resolve, "image/png"));
}

/** Which point of the frame is under the pointer. */
function point(event) {
  const shown = mask.getBoundingClientRect();
  return {
    x: ((event.clientX - shown.left) / shown.width) * mask.width,
    y: ((event.clientY - shown.top) / shown.height) * mask.height,
  };
}

/** Do what a key says; false where it says nothing here. */
function keyed(key) {
  const step = Number(brush.value) / 3;
  if (MOVES[key]) {
    const [right, down] = MOVES[key];
    redraw({
      x: Math.min(mask.width, Math.max(0, at.x + right * step)),
      y: Math.min(mask.height, Math.max(0, at.y + down * step)),
    });
  } else if (key === " ") stroke(at);
  else if (key === "+") grow(4);
  else if (key === "-") grow(-4);
  else if (key === "Delete") wipe();
  else return false;
  return true;
}

function grow(change) {
  brush.value = Number(brush.value) + change;
  redraw();
}

function stroke(to, from = to) {
  Object.assign(painting, { lineWidth: Number(brush.value), lineCap: "round", strokeStyle: "#fff" });
  painting.beginPath();
  painting.moveTo(from.x, from.y);
  painting.lineTo(to.x + 0.01, to.y); // a line without any length would not be drawn
  painting.stroke();
  redraw(to);
  report();
}

function wipe() {
  painting.clearRect(0, 0, paint.width, paint.height);
  redraw();
  report();
}

const report = () => {
  find("painted").textContent = say("painted", { n: Math.round(100 * share()) });
};

/** The share of the frame that is painted, 0 to 1. */
function share() {
  const { data } = painting.getImageData(0, 0, paint.width, paint.height);
  let painted = 0;
  for (let index = 3; index < data.length; index += 4) if (data[index] > 127) painted += 1;
  return painted / (paint.width * paint.height);
}

/** Draw what is painted in the colour of the page, and where the brush is. */
function redraw(now = at) {
  at = now;
  const context = mask.getContext("2d");
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, mask.width, mask.height);
  context.drawImage(paint, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = "#ff9d2e";
  context.fillRect(0, 0, mask.width, mask.height);
  context.globalCompositeOperation = "source-over";
  for (const [color, width] of [["#000", 3], ["#fff", 1.2]]) {
    Object.assign(context, { strokeStyle: color, lineWidth: width });
    context.beginPath();
    context.arc(at.x, at.y, Number(brush.value) / 2, 0, 2 * Math.PI);
    context.stroke();
  }
}
