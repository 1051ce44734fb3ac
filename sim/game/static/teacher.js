// The teacher's page: what is ready, who is there, what comes next, and what the projector shows.

import { Answered, Clock, Words, ask, explained, form, languageSwitch, make, recall, send, watch } from "/common.js";

const main = document.getElementById("main");
const told = await ask("/words");
const words = new Words(told.catalogues, recall("clustersim-language") ?? told.language);
const clock = new Clock();
const page = { view: null, mark: "", entered: true, built: "", parts: {}, said: ["", false], lost: false };

// The address that the command prints ends in # and the secret, which browsers do not send; it becomes a cookie.
if (location.hash.length > 1) {
  const secret = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  await enter(secret);
}

async function enter(secret) {
  try {
    await send("/teacher/enter", { secret }, { tries: 4 });
    page.entered = true;
  } catch (error) {
    page.entered = false;
    say(() => explained(words, error), true);
  }
}

const look = watch(() => `/teacher/state?have=${page.mark}`, (answer) => {
  page.lost = false;
  page.entered = true;
  clock.set(answer.now);
  if (!answer.same) {
    page.view = answer.view;
    page.mark = answer.mark;
  }
  draw();
}, (error) => {
  if (error instanceof Answered && error.status === 403) page.entered = false;
  else page.lost = true;
  draw();
}, () => 1);
setInterval(tick, 500);

// -- sending -----------------------------------------------------------------------------------------------

function say(text, bad = false) {
  page.said = [text, bad];
  if (!page.parts.said) return;
  page.parts.said.textContent = typeof text === "function" ? text() : text;  // asked anew in another language
  page.parts.said.className = bad ? "said warn" : "said";
}

async function call(name, more = {}) {
  say(() => words.say("sending"));
  try {
    const answer = await send("/teacher/do", { call: name, ...more }, { tries: 6, lost: () => say(() => words.say("lost"), true) });
    say(() => (answer.code ? words.say("new_code", { code: answer.code }) : words.say("done")));
  } catch (error) {
    say(() => explained(words, error), true);
  }
  look();
}

async function arrange(body) {
  try {
    await send("/teacher/arrange", body, { tries: 4 });
    say(() => words.say("done"));
  } catch (error) {
    say(() => explained(words, error), true);
  }
  look();
}

function sure(name, question, more) {
  if (window.confirm(question)) call(name, more);
}

// -- drawing -----------------------------------------------------------------------------------------------

function draw() {
  if (!page.entered) {
    if (page.built === `enter|${words.language}`) return;
    page.built = `enter|${words.language}`;
    page.parts = {};
    const secret = make("input", { type: "password", autocomplete: "off", required: true });
    main.replaceChildren(head(words.say("teacher")), form({ class: "card" }, async () => { await enter(secret.value.trim()); look(); },
      make("h2", {}, words.say("enter")), make("p", {}, words.say("enter_more")), make("label", {}, words.say("secret"), secret), make("button", { type: "submit", class: "main" }, words.say("enter"))));
    return;
  }
  const { view } = page;
  if (!view) return;
  const key = `${page.mark}|${words.language}`;
  const typing = main.contains(document.activeElement) && ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement.tagName);
  if (key !== page.built && !typing) {
    page.built = key;
    const focused = document.activeElement?.dataset?.key;
    const open = [...main.querySelectorAll("details[open]")].map((one) => one.dataset.key);
    page.parts = {};
    main.replaceChildren(head(words.say("teacher")), make("div", { class: "grid" }, make("div", {}, steps(), roster()), make("div", {}, preflight(), projector(), settings(), files())));
    for (const one of open) main.querySelector(`details[data-key="${one}"]`)?.setAttribute("open", "");
    if (focused) main.querySelector(`[data-key="${focused}"]`)?.focus();
    say(...page.said);
  }
  tick();
}

function tick() {
  const { view, parts } = page;
  if (parts.lost) parts.lost.textContent = page.lost ? words.say("lost") : "";
  if (parts.clock && view) parts.clock.textContent = view.paused ? words.say("paused") : view.deadline ? clock.shown(view.deadline) : "";
}

function head(title) {
  page.parts.lost = make("p", { class: "lost", role: "status" });
  return make("header", {}, make("div", { class: "line" }, make("h1", {}, title), languageSwitch(words, draw)), page.parts.lost);
}

function card(key, ...parts) {
  return make("section", { class: "card" }, make("h2", {}, words.say(key)), ...parts);
}

const button = (key, click, kind = "") => make("button", { type: "button", class: kind, "data-key": key, onclick: click }, words.say(key));
const CHOOSING = ["announce", "propose", "open"];
const MAIN_STEPS = ["begin", "open", "lock"];

function steps() {
  const { view } = page;
  const can = new Set(view.can);
  const where = view.phase === "lobby" ? words.say("rounds_in_all", { rounds: view.rounds }) : view.round === 0 ? words.say("practice_round") : words.say("round_of", { round: view.round, rounds: view.rounds });
  const count = view.phase === "propose" ? words.say("plan_is_made") : CHOOSING.includes(view.phase) ? words.say("saved_of", { saved: view.saved, playing: view.playing }) : "";
  page.parts.clock = make("span", { class: "clock" });
  page.parts.said = make("p", { class: "said", role: "status" });
  const buttons = [];
  for (const name of MAIN_STEPS) {
    if (!can.has(name)) continue;
    const next = name === "open" ? (view.phase === "result" || view.phase === "announce" || view.phase === "propose" ? `open_from_${view.phase}` : "open") : name;
    buttons.push(make("button", { type: "button", class: "main", "data-key": name, onclick: () => call(name) }, words.say(next)));
  }
  if (can.has("extend")) buttons.push(button("extend", () => call("extend")));
  if (can.has("pause")) buttons.push(button("pause", () => call("pause")));
  if (can.has("go_on")) buttons.push(button("go_on", () => call("go_on"), "main"));
  if (can.has("undo")) buttons.push(button("undo", () => sure("undo", words.say("sure_undo")), "danger"));
  if (can.has("reveal")) buttons.push(button("reveal", () => sure("reveal", words.say("sure_reveal"))));
  if (can.has("finish")) buttons.push(button("finish", () => sure("finish", words.say("sure_finish")), "danger"));
  const doing = view.keeper.doing ? make("p", {}, words.say(`doing_${view.keeper.doing}`)) : null;
  const failed = view.keeper.failed ? make("p", { class: "warn" }, words.say("failed", { why: view.keeper.failed })) : null;
  return make("section", { class: "card" }, make("div", { class: "line" }, make("h2", {}, `${words.say(`phase_${view.phase}`)} · ${where}`), page.parts.clock),
    count ? make("p", { class: "big" }, count) : null, make("div", { class: "row" }, ...buttons), doing, failed, page.parts.said,
    ...(view.phase === "debrief" || view.phase === "closed" ? [debriefSteps()] : []));
}

/** The teacher steps through the debrief on the projector. */
function debriefSteps() {
  const { view } = page;
  const go = (step) => arrange({ step });
  return make("div", {}, make("h3", {}, words.say("debrief_steps")), make("ol", { class: "row", style: "padding-left:0;list-style:none" }, ...Array.from({ length: view.steps }, (_, step) =>
    make("li", {}, make("button", { type: "button", "data-key": `step-${step}`, "aria-pressed": String(step === view.step), class: step === view.step ? "main" : "", onclick: () => go(step) }, `${step + 1}. ${words.say(`step_${step}`)}`)))));
}

function roster() {
  const { view } = page;
  const can = new Set(view.can);
  const rows = view.roster.map((one) => {
    const name = one.name || one.member;
    const field = make("input", { value: one.name ?? "", maxlength: "24", "aria-label": words.say("name_of", { name }), onchange: (event) => { const value = event.target.value.trim(); event.target.blur(); call("rename", { member: one.member, name: value }); } });
    const bot = one.status === "bot" && !one.code;
    const state = !CHOOSING.includes(view.phase) && ["thinking", "saved"].includes(one.status) ? "here" : one.status;
    return make("tr", {}, make("th", { scope: "row" }, bot ? words.say("bot") : field), make("td", {}, one.region ? (view.nations.length > 1 ? `${one.nation} · ` : "") + words.name(one.region) : "–"),
      make("td", {}, make("span", { class: `badge ${state}` }, words.say(`status_${state}`)), one.role === "spectator" ? make("small", {}, ` ${words.say("spectator")}`) : null,
        one.coordinates ? make("small", {}, ` ${words.say("coordinates")}`) : null),
      make("td", { class: "mono" }, one.code ?? ""),
      make("td", {}, bot || one.status === "removed" ? "" : make("span", { class: "row" },
        can.has("reissue") ? make("button", { type: "button", "data-key": `reissue-${one.member}`, "aria-label": `${words.say("reissue")}: ${name}`, onclick: () => call("reissue", { member: one.member }) }, words.say("reissue")) : null,
        can.has("coordinator") && one.may_coordinate ? make("button", { type: "button", "data-key": `coordinator-${one.member}`, "aria-label": `${words.say("coordinator")}: ${name}`, onclick: () => call("coordinator", { member: one.member }) }, words.say("coordinator")) : null,
        can.has("remove") ? make("button", { type: "button", class: "danger", "data-key": `remove-${one.member}`, "aria-label": `${words.say("remove")}: ${name}`, onclick: () => sure("remove", words.say("sure_remove", { name }), { member: one.member }) }, words.say("remove")) : null)));
  });
  const lobby = can.has("lock_lobby") ? make("button", { type: "button", "data-key": "lobby", onclick: () => call("lock_lobby", { closed: !view.lobby_closed }) }, words.say(view.lobby_closed ? "unlock_lobby" : "lock_lobby")) : null;
  const anonymous = can.has("anonymise") ? button("anonymise", () => sure("anonymise", words.say("sure_anonymise"))) : null;
  return card("roster", make("div", { class: "row" }, make("span", {}, words.say("in_class", { count: view.roster.filter((one) => one.code).length })), lobby, anonymous),
    make("div", { class: "table", tabindex: "0", role: "region", "aria-label": words.say("roster") }, make("table", { class: "roster" }, make("thead", {}, make("tr", {}, ...["name", "region", "state", "seat_code", "actions"].map((key) => make("th", { scope: "col" }, key === "region" && view.nations.length > 1 ? words.say("nation_region") : words.say(key))))), make("tbody", {}, ...rows))));
}

function preflight() {
  const { view } = page;
  const likely = view.addresses.filter((one) => one.likely);
  const items = [
    [view.keeper.warm, words.say(view.keeper.warm ? "ready" : "warming")],
    [view.lan && likely.length > 0, words.say(!view.lan ? "only_here" : likely.length ? "reachable" : "no_network")],
    [!view.problems?.length, view.problems?.length ? view.problems.join("; ") : words.say("no_problems")],
  ];
  return card("preflight", make("ul", {}, ...items.map(([good, text]) => make("li", {}, make("strong", {}, words.say(good ? "yes" : "look_here")), " ", text))),
    make("details", { "data-key": "room" }, make("summary", {}, words.say("room_network")), make("ul", {}, ...["isolation", "hotspot", "data_off", "firewall", "try_phone"].map((key) => make("li", {}, words.say(`network_${key}`))))));
}

function projector() {
  const { view } = page;
  const choose = make("select", { "data-key": "address", onchange: (event) => { event.target.blur(); arrange({ address: event.target.value }); } },
    ...view.addresses.map((one, at) => make("option", { value: one.number, selected: at === 0 }, `${one.address} ${one.interface}${one.likely ? "" : ` (${words.say("unlikely")})`}`)));
  const name = make("input", { autocomplete: "off", maxlength: "32" });
  const password = make("input", { autocomplete: "off", maxlength: "63" });
  return card("on_projector", make("p", {}, make("a", { href: "/projector", target: "_blank", rel: "noopener" }, words.say("open_projector"))),
    make("p", {}, words.say("room_code"), " ", make("span", { class: "mono big" }, view.room)), view.lan ? make("label", {}, words.say("address"), choose) : null,
    view.addresses.length ? make("img", { class: "code", src: `/teacher/code/class.svg?${view.room}${view.addresses[0].number}`, alt: words.say("code_alt", { address: view.addresses[0].address }) }) : null,
    make("details", { "data-key": "wifi" }, make("summary", {}, words.say("wifi")), form({}, () => arrange({ wifi: name.value, password: password.value }),
      make("p", {}, words.say("wifi_more")), make("label", {}, words.say("wifi_name"), name), make("label", {}, words.say("wifi_password"), password), make("button", { type: "submit" }, words.say("show_wifi")))));
}

function settings() {
  const { view } = page;
  const parts = view.nations.map((one) => make("li", {}, view.nations.length > 1 ? `${words.say("nation", { nation: one.nation })}: ` : "", words.say(`preset_${one.preset}`)));
  const lines = (view.presets ?? []).map((one) => make("li", {}, make("strong", {}, `${one.key} ${one.title}: `), one.about, " ", make("em", {}, one.verdict), " ", one.line ?? "", " ", one.course ?? ""));
  return card("game", make("ul", {}, ...parts), make("p", {}, words.say("predictions", { count: Object.values(view.predictions).reduce((total, one) => total + one, 0) })), lines.length ? make("details", { "data-key": "presets" }, make("summary", {}, words.say("presets")), make("ul", {}, ...lines)) : null,
    make("p", {}, make("small", {}, words.say("folder", { folder: view.folder }))));
}

function files() {
  const { view } = page;
  const can = new Set(view.can);
  const list = view.files ?? [];
  if (!list.length && !can.has("export")) return "";
  return card("exports", can.has("export") ? button("export", () => call("export")) : null, make("ul", {}, ...list.map((one) => make("li", {}, make("a", { href: `/teacher/export/${encodeURIComponent(one)}`, download: one }, one)))));
}
