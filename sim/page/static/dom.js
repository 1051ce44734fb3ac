// What all parts of the page use: elements, and questions to the server.

import { make, shape } from "/player.js";

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

const [WIDE, TALL, REACH] = [320, 16, 150];

/** An interval beside zero: a bar from end to end and a dot, full where zero lies outside. */
function drawMark(mark, bound) {
  const x = (value) => WIDE / 2 + (REACH * value) / bound;
  const clear = mark.low > 0 || mark.high < 0;
  const colour = clear ? "#0b5e94" : "#5b646c";
  return shape("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, class: "mark", "aria-hidden": "true" },
    shape("line", { x1: 6, x2: WIDE - 6, y1: TALL / 2, y2: TALL / 2, stroke: "#d5dbe0" }),
    shape("line", { x1: WIDE / 2, x2: WIDE / 2, y1: 0, y2: TALL, stroke: "#333", "stroke-width": 1.5 }),
    shape("line", { x1: x(mark.low), x2: x(mark.high), y1: TALL / 2, y2: TALL / 2, stroke: colour, "stroke-width": 5 }),
    shape("circle", { cx: x(mark.difference), cy: TALL / 2, r: 5.5, fill: clear ? colour : "#fff", stroke: colour, "stroke-width": 2 }));
}

/** Rows of a comparison: what is compared, the difference, its interval where there is one, drawn and in words. */
export function resultRows({ rows, marks }, words, withInterval) {
  const drawn = marks.map((mark) => withInterval && [mark.difference, mark.low, mark.high].every(Number.isFinite));
  const bound = (scale) => Math.max(...marks.filter((mark, at) => drawn[at] && mark.scale === scale).flatMap((mark) => [Math.abs(mark.low), Math.abs(mark.high)]), 1e-12);
  return make("dl", { class: "results" }, ...rows[words.language].flatMap((row, at) => [
    make("dt", {}, row.compared),
    make("dd", {}, make("b", {}, row.difference), ...(withInterval ? [` [${row.interval}] `, make("em", {}, row.says)] : []),
      ...(drawn[at] ? [drawMark(marks[at], bound(marks[at].scale))] : [])),
  ]));
}
