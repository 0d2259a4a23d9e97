// The server's public API, with a key where it wants one.

import { say } from "./words.js";

const dialog = document.querySelector("#key-dialog");
const form = document.querySelector("#key-form");
const field = document.querySelector("#key");

let key = sessionStorage.getItem("key") ?? localStorage.getItem("key");
let wanted = null;

/** Something that the server refuses, in its own sentence. */
export class Refused extends Error {}

/** Ask for a key, once however many requests wait for it. why: what the server said. */
export function wantKey(why = "") {
  document.querySelector("#key-button").hidden = false;
  document.querySelector("#key-error").textContent = why;
  wanted ??= new Promise((resolve) => {
    field.value = "";
    dialog.showModal();
    dialog.addEventListener("close", () => { wanted = null; resolve(); }, { once: true });
  });
  return wanted;
}

form.addEventListener("submit", () => {
  key = field.value.trim();
  sessionStorage.setItem("key", key);
  if (document.querySelector("#key-keep").checked) localStorage.setItem("key", key);
  else localStorage.removeItem("key");
});

/** A response of the API. Throws Refused with the server's sentence. */
export async function ask(path, options = {}) {
  const used = key;
  const headers = { ...options.headers, ...(used && { Authorization: `Bearer ${used}` }) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(say("unreachable"));
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => null);
  const why = told?.error?.message ?? `${response.status} ${response.statusText}`;
  if (response.status === 401 && key === used) await wantKey(used ? why : "");
  if (response.status === 401 && key !== used) return ask(path, options);
  throw new Refused(why);
}

export const get = async (path) => (await ask(path)).json();

export const post = async (path, body) => {
  const given = body instanceof FormData
    ? { body }
    : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  return (await ask(path, { method: "POST", ...given })).json();
};

export const remove = (path) => ask(path, { method: "DELETE" });

/** An address within this page of what a path of the API gives: a film or a picture. */
export const address = async (path) => URL.createObjectURL(await (await ask(path)).blob());

/** The events of a film, as they come: {name, data}. */
export async function* events(id, signal) {
  const response = await ask(`v1/videos/${id}/events`, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const found = /^event: (.*)\ndata: (.*)$/.exec(part);
      if (found) yield { name: found[1], data: JSON.parse(found[2]) };
    }
  }
}
