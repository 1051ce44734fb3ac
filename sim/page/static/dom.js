// What all parts of the page use: elements, and questions to the server.

import { make } from "/player.js";

export { make };

async function answered(answer) {
  const told = await answer.json();
  if (answer.ok) return told;
  const error = new Error(told.refused ?? told.error ?? String(answer.status));
  error.gone = told.gone === true;
  throw error;
}

/** JSON from the server; `body` is sent as JSON. Throws what the server says; `gone` where the session was released. */
export async function ask(path, body) {
  return answered(await fetch(path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

/** The same with a file as body. */
export async function sendFile(path, file) {
  return answered(await fetch(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file }));
}

/** Ask again and again until `done(told)`, handing on each answer; ends quietly when `wanted()` is false. */
export async function follow(path, wanted, use, done) {
  for (;;) {
    const told = await ask(path);
    if (!wanted()) return;
    use(told);
    if (done(told)) return;
    await new Promise((go) => { setTimeout(go, 400); });
    if (!wanted()) return;
  }
}

/** How far a job is, for people. */
export function progressLine(told, words) {
  const line = make("div", { class: "progress" },
    make("progress", { max: told.all, value: told.done, "aria-label": words.say("job_progress") }),
    make("span", {}, told.waiting > 0 ? words.say("job_waiting", { waiting: told.waiting }) : words.say("lesson_pooling", { done: told.done, all: told.all })));
  return line;
}

/** Rows of a comparison: what is compared, the difference, its interval where there is one, what it says. */
export function resultRows(rows, words, withInterval) {
  return make("dl", { class: "results" }, ...rows.flatMap((row) => [
    make("dt", {}, row.compared),
    make("dd", {}, make("b", {}, row.difference), ...(withInterval ? [` [${row.interval}] `, make("em", {}, row.says)] : [])),
  ]));
}
