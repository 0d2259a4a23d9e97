// Is that real? A file in, a verdict out: as a picture with a seal, and as a tree of its origin.

import { address, post } from "./api.js";
import { language, say } from "./words.js";

const find = (id) => document.querySelector(`#${id}`);
const [drop, status, verdict] = ["drop", "verify-status", "verdict"].map(find);
const TONES = { ai: "ai", genuine: "good", edited: "plain", tampered: "bad", unknown: "plain" };
const MARKS = { genuine: "✓", edited: "~", tampered: "!", unknown: "?" };

export function open() {
  find("file").addEventListener("change", (event) => take(event.target.files));
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", over);
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
}

/** Verify a film of this server. */
export async function verifyFilm(film) {
  find("verify").scrollIntoView();
  const url = await address(`v1/videos/${film.id}/content`);
  const content = await (await fetch(url)).blob();
  URL.revokeObjectURL(url);
  return check(new File([content], `${film.id}.mp4`, { type: "video/mp4" }));
}

const take = (files) => files.length && check(files[0]);

async function check(file) {
  verdict.hidden = true;
  status.textContent = say("looking");
  const body = new FormData();
  body.set("file", file);
  try {
    const answer = await post(`v1/verify?language=${language}`, body);
    status.textContent = "";
    show(answer, file);
  } catch (error) {
    status.textContent = error.message;
  }
}

function show(answer, file) {
  const kind = answer.verdict.split("-")[0];
  verdict.dataset.tone = TONES[kind];
  verdict.dataset.verdict = answer.verdict;
  find("verdict-title").textContent = say(`verdict-${answer.verdict}`);
  find("verdict-sentence").textContent = answer.sentence;
  find("reasons").replaceChildren(...answer.reasons.map((reason) => made("li", reason)));
  find("exhibit").replaceChildren(picture(file), seal(MARKS[kind] ?? (language === "de" ? "KI" : "AI")));
  find("tree").replaceChildren(branch(answer.evidence.credentials?.claim, file.name));
  verdict.hidden = false;
  verdict.focus();
}

/** The file itself, as far as the browser can show it. */
function picture(file) {
  const film = file.type.startsWith("video/") || /\.(mp4|mov)$/i.test(file.name);
  const shown = made(film ? "video" : "img");
  shown.src = URL.createObjectURL(file);
  if (film) Object.assign(shown, { controls: true, muted: true, loop: true, playsInline: true, ariaLabel: file.name });
  else shown.alt = file.name;
  return shown;
}

/** A round seal that says the verdict at a glance; the words beside it say it to everybody. */
function seal(mark) {
  const points = Array.from({ length: 48 }, (_, n) => {
    const [angle, reach] = [(n / 48) * 2 * Math.PI, n % 2 ? 27 : 30];
    return `${(32 + reach * Math.cos(angle)).toFixed(1)},${(32 + reach * Math.sin(angle)).toFixed(1)}`;
  });
  const drawing = drawn("svg", { viewBox: "0 0 64 64", class: "seal", "aria-hidden": "true" });
  const text = drawn("text", { x: 32, y: 40, class: "mark" });
  text.textContent = mark;
  drawing.append(drawn("polygon", { points: points.join(" "), class: "ground" }), text);
  return drawing;
}

/** What a claim says, and below it what the file was made from. */
function branch(claim, name) {
  const item = made("li");
  const node = made("div");
  node.className = "node";
  node.append(made("strong", name ?? claim?.origin));
  node.append(made("small", claim ? facts(claim) : say("no-origin")));
  item.append(node);
  if (claim?.ingredients.length) {
    const below = made("ul");
    below.append(...claim.ingredients.map((one) => branch(one)));
    item.append(below);
  }
  return item;
}

function facts(claim) {
  const said = claim.source_types.map((type) => say(type));
  if (claim.generator) said.push(say("made_with", { what: claim.generator }));
  if (claim.signer) said.push(say("signed", { who: claim.signer }));
  if (claim.time) said.push(new Date(claim.time).toLocaleString(language));
  return said.join(" · ") || say("no-origin");
}

const made = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

function drawn(name, facts) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(facts)) element.setAttribute(key, value);
  return element;
}
