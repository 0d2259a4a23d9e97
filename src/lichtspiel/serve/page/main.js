// The studio page: one column, one API. Each part is a module; here they meet.

import { address, post, remove, wantKey } from "./api.js";
import * as composer from "./composer.js";
import * as editor from "./editor.js";
import * as gallery from "./gallery.js";
import * as stage from "./stage.js";
import * as storyboard from "./storyboard.js";
import { verifyFilm, open as openVerify } from "./verify.js";
import { language, say, speak } from "./words.js";

const find = (id) => document.querySelector(`#${id}`);

/** Watch a film that was asked for. */
function watch(film) {
  find("screen").scrollIntoView({ block: "center" });
  const seen = (told) => told.status !== "in_progress" && gallery.refresh().catch(composer.fail);
  stage.show(film, seen).catch(composer.fail);
  gallery.refresh().catch(composer.fail);
}

const DEEDS = {
  extend: (film) => composer.turn("extend", film),
  remix: (film) => composer.turn("remix", film),
  close: (film) => composer.send(watch, () =>
    post("v1/videos/extensions", { video: { id: film.id }, seconds: 2, loop: true })),
  edit: (film) => editor.edit(film),
  check: (film) => verifyFilm(film),
  seed: (film) => composer.keepSeed(film.made_as.seed),
  save: async (film) => {
    const link = document.createElement("a");
    link.href = await address(`v1/videos/${film.id}/content`);
    link.download = `lichtspiel-${film.made_as.seed}.mp4`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  },
  delete: (film) => away(film, "deleted"),
};

async function away(film, told) {
  stage.stop();
  await remove(`v1/videos/${film.id}`);
  gallery.forget(film.id);
  stage.clear();
  find("status").textContent = say(told);
}

find("about").addEventListener("click", async ({ target }) => {
  const deed = DEEDS[target.dataset.do];
  if (!deed || !stage.film) return;
  try {
    await deed(stage.film);
  } catch (error) {
    composer.fail(error);
  }
});
find("cancel").addEventListener("click", () => away(stage.film, "stopped").catch(composer.fail));
find("key-button").addEventListener("click", async () => {
  await wantKey();
  location.reload();
});

const dark = matchMedia("(prefers-color-scheme: dark)");
function paint(theme) {
  document.documentElement.dataset.theme = theme;
}
find("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  const other = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", other);
  paint(other);
});
if (localStorage.getItem("theme")) paint(localStorage.getItem("theme"));

function talk(chosen) {
  speak(chosen);
  const other = chosen === "de" ? "en" : "de";
  const name = { de: "Auf Deutsch", en: "In English" }[other];
  Object.assign(find("language"), { textContent: other.toUpperCase(), lang: other, ariaLabel: name });
  composer.redraw();
  storyboard.redraw();
  gallery.redraw();
  stage.describe();
}
find("language").addEventListener("click", () => {
  const other = language === "de" ? "en" : "de";
  localStorage.setItem("language", other);
  talk(other);
});

talk(language);
storyboard.open();
editor.open(watch);
openVerify();
try {
  await composer.open(watch);
  const films = await gallery.open((film) => {
    find("screen").scrollIntoView({ block: "center" });
    stage.show(film).catch(composer.fail);
  });
  const going = films.find((film) => film.status === "in_progress") ?? films[0];
  if (going && !stage.film) stage.show(going, () => gallery.refresh().catch(() => {})).catch(composer.fail);
} catch (error) {
  composer.fail(error);
}
document.documentElement.dataset.ready = "true";
