// The projector: the code to photograph, the clock, who has saved, prices and duplication; then the debrief, step by step.

import { Answered, Clock, Words, ask, languageSwitch, make, recall, scoreInDigits, watch } from "/common.js";
import { armKeys, crowding, crowdingKeys, gains, nations } from "/figures.js";

const main = document.getElementById("main");
const told = await ask("/words");
const words = new Words(told.catalogues, recall("clustersim-language") ?? told.language);
const clock = new Clock();
const CHOOSING = ["open", "announce", "propose"];
const page = { view: null, mark: "", built: "", clock: null, denied: false, lost: false, round: null };

watch(() => `/projector/state?have=${page.mark}`, (answer) => {
  page.lost = false;
  page.denied = false;
  clock.set(answer.now);
  if (!answer.same) {
    page.view = answer.view;
    page.mark = answer.mark;
  }
  draw();
}, (error) => {
  page.denied = error instanceof Answered && error.status === 403;
  page.lost = !page.denied;
  draw();
}, () => 1);
setInterval(tick, 500);

function draw() {
  const key = `${page.mark}|${words.language}|${page.denied}|${page.lost}|${page.round}`;
  if (key === page.built) return;
  page.built = key;
  const { view } = page;
  const lost = page.lost ? make("p", { class: "warn" }, words.say("lost")) : null;
  if (page.denied || !view) {
    main.replaceChildren(make("h1", {}, words.say("projector")), make("p", {}, words.say(page.denied ? "projector_denied" : "lost")));
    return;
  }
  const open = [...main.querySelectorAll("details[open]")].length > 0;
  const screen = view.phase === "lobby" ? lobby() : view.phase === "debrief" || view.phase === "closed" ? debrief() : playing();
  main.replaceChildren(...[head(), lost, ...screen].filter(Boolean));
  if (open) main.querySelector("details")?.setAttribute("open", "");
  tick();
}

function tick() {
  const { view } = page;
  if (page.clock && view) page.clock.textContent = view.paused ? words.say("paused") : view.deadline && CHOOSING.includes(view.phase) ? clock.shown(view.deadline) : "";
}

function head() {
  const { view } = page;
  page.clock = make("span", { class: "clock" });
  const where = view.phase === "lobby" ? words.say("title") : view.phase === "debrief" || view.phase === "closed" ? words.say(`step_${view.step}`)
    : `${view.round === 0 ? words.say("practice_round") : words.say("round_of", { round: view.round, rounds: view.rounds })} · ${words.say(`phase_${view.phase}`)}`;
  const counted = CHOOSING.includes(view.phase);
  const count = view.phase === "propose" ? words.say("plan_is_made") : counted ? words.say("saved_of", { saved: view.saved, playing: view.playing }) : view.phase === "computing" ? words.say("projector_computing") : "";
  return make("header", { class: "line" }, make("h1", {}, where), make("p", { class: "count", role: "status" }, count), page.clock, languageSwitch(words, draw));
}

/** Where and how to join: all addresses, those that phones hardly reach last. */
function lobby() {
  const { view } = page;
  const [first, ...rest] = view.addresses;
  return [make("section", { class: "lobby" },
    make("div", {}, first ? make("img", { src: `/teacher/code/class.svg?${view.room}${first.number}`, alt: words.say("code_alt", { address: first.address }) }) : make("p", { class: "warn" }, words.say("no_network"))),
    make("div", {}, make("h2", {}, words.say("open_address")), first ? make("div", { class: "address" }, first.address) : null,
      ...rest.map((one) => make("div", { class: "address unlikely" }, `${one.address} ${one.likely ? "" : words.say("unlikely")}`)),
      make("h2", {}, words.say("room_code")), make("div", { class: "room" }, view.room), make("p", { class: "count", role: "status" }, words.say("joined", { count: view.joined ?? view.playing }))),
    view.wifi ? make("div", {}, make("h2", {}, words.say("wifi_first", { name: view.wifi })), make("img", { class: "wifi", src: `/teacher/code/wifi.svg?${encodeURIComponent(view.wifi)}`, alt: words.say("wifi_alt", { name: view.wifi }) })) : null)];
}

function playing() {
  const { view } = page;
  const counted = CHOOSING.includes(view.phase) && view.phase !== "propose";  // a proposal is one person's
  return [beside(view.nations, (one) => [make("div", { class: "play" }, make("div", {}, tiles(one, counted), series(one)), make("div", {}, meter(one), prices(one)))]),
    make("p", { class: "unlikely" }, `${view.addresses[0]?.address ?? ""} · ${words.say("room_code")} ${view.room}`)];
}

/** Nations side by side, each with its name and preset, where there are two. */
function beside(nations, show, how = "both") {
  if (nations.length === 1) return make("section", {}, ...show(nations[0]));
  return make("div", { class: how }, ...nations.map((one) => make("section", {}, make("h2", {}, `${words.say("nation", { nation: one.nation })} · ${words.say(`preset_${one.preset}`)}`), ...show(one))));
}

/** The regions where they lie; a mark says who has saved. */
function tiles({ nation }, counted) {
  const { map } = page.view;
  const box = make("div", { class: "tiles", style: `grid-template-columns:repeat(${map.columns},minmax(0,1fr));--rows:${1 + Math.max(...map.regions.map((one) => one.y))}`, role: "list", "aria-label": words.say("regions") });
  for (const one of map.regions.filter((region) => region.nation === nation)) {
    const state = one.kind === "bot" ? words.say("bot") : counted ? words.say(one.saved ? "status_saved" : "status_thinking") : words.say(`kind_${one.kind}`);
    box.append(make("div", { role: "listitem", class: `tile ${one.kind} ${counted && one.saved && one.kind !== "bot" ? "saved" : ""}`, style: `grid-column:${one.x + 1};grid-row:${one.y + 1}` },
      make("strong", {}, words.name(one.name)), make("small", {}, state)));
  }
  return box;
}

/** Duplication: how many times what demand carries is promoted where too many promote. */
function meter({ duplication }) {
  if (duplication === null || duplication === undefined) return null;
  const at = Math.max(0, Math.min(1, duplication / 3)) * 100;
  return make("div", { class: "meter" }, make("h2", {}, words.say("duplication", { value: words.number(duplication, 2) })),
    make("div", { class: "track", role: "img", "aria-label": words.say("duplication_alt", { value: words.number(duplication, 2) }) }, make("div", { class: "needle", style: `left:${at}%` })),
    make("div", { class: "line" }, make("small", {}, words.say("duplication_low")), make("small", {}, words.say("duplication_high"))));
}

function prices({ industries }) {
  if (!industries?.length) return null;
  const hot = new Set(page.view.hot ?? []);
  const shown = [...industries].sort((a, b) => (b.margin ?? -99) - (a.margin ?? -99)).slice(0, 12);
  return make("table", {}, make("caption", {}, words.say("prices")), make("thead", {}, make("tr", {}, make("th", { scope: "col" }, words.say("industry")), make("th", { scope: "col", class: "num" }, words.say("price")), make("th", { scope: "col", class: "num" }, words.say("margin")))),
    make("tbody", {}, ...shown.map((one) => make("tr", {}, make("th", { scope: "row" }, words.name(one.name), hot.has(one.name) ? make("span", { class: "hot" }, words.say("hot")) : null), make("td", { class: "num" }, words.number(one.price)), make("td", { class: "num" }, one.margin === null || one.margin === undefined ? "–" : `${words.signed(one.margin)} %`)))));
}

/** The nation's last years of rounds that are over: income against before the game. */
function series({ series: years }) {
  const rounds = (years ?? []).filter((_, at) => at % 5 === 4);
  if (!rounds.length) return null;
  const row = (key, tell) => make("tr", {}, make("th", { scope: "row" }, words.say(key)), ...rounds.map((one) => make("td", { class: "num" }, tell(one))));
  return make("table", {}, make("caption", {}, words.say("so_far")), make("thead", {}, make("tr", {}, make("th", { scope: "col" }, words.say("round")), ...rounds.map((_, at) => make("th", { scope: "col", class: "num" }, String(at + 1))))),
    make("tbody", {}, row("income", (one) => `${words.signed(one.income)} %`), row("utilisation", (one) => `${words.number(one.utilisation)} %`)));
}

// -- the debrief -------------------------------------------------------------------------------------------

function debrief() {
  const { view } = page;
  if (view.step === 0) return expected();
  if (view.step === view.steps - 1) return [make("p", { class: "big" }, words.say("debrief_last")), make("p", { class: "big" }, words.say("ask_lesson"))];
  const found = view.debrief?.nations ?? [];
  if (!found.length) return [make("p", { role: "status" }, words.say("debrief_soon"))];
  const rounds = found[0].figure1?.rounds ?? [];
  const round = Math.min(page.round ?? rounds.length - 1, rounds.length - 1);
  const choose = view.step === 1 ? make("div", { class: "line", style: "justify-content:flex-start" }, ...rounds.map((one, at) => make("button", { type: "button", "aria-pressed": String(at === round), class: at === round ? "main" : "", onclick: () => { page.round = at; draw(); } }, words.say("round_short", { round: one.round })))) : null;
  const keys = view.step === 1 ? crowdingKeys(words) : view.step === 3 ? armKeys(words, found.some((one) => one.figure3.band)) : null;
  return [choose, keys, beside(found, (nation) => step(nation, round, found.length > 1 ? 620 : 900), view.step === 3 ? "stacked" : "both")].filter(Boolean);
}

/** What the class expected, before anything is shown. */
function expected() {
  const { copiers, winner } = page.view.expected ?? { copiers: [], winner: {} };
  const middle = copiers[Math.floor(copiers.length / 2)];
  const guesses = copiers.length ? words.say("expected_copiers", { low: copiers[0], high: copiers.at(-1), middle }) : words.say("expected_none");
  const won = Object.entries(winner).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]).map(([arm, count]) => words.say("expected_winner", { plan: words.say(`winner_${arm}`), count }));
  return [make("p", { class: "big" }, words.say("debrief_first")), make("h2", {}, words.say("ask_copiers")), make("p", {}, guesses),
    make("h2", {}, words.say("ask_winner")), make("p", {}, won.length ? words.list(won) : words.say("expected_none"))];
}

function step(nation, round, width) {
  const { view } = page;
  if (view.step === 1) return round >= 0 ? [crowding(words, nation.figure1, round, width)] : [make("p", {}, words.say("no_values"))];
  if (view.step === 2) return nation.figure2 ? [gains(words, nation.figure2, width < 900 ? 560 : width)] : [make("p", { role: "status" }, words.say("debrief_soon"))];
  if (view.step === 3) return [make("div", { class: "three" }, ...["income", "hot_margin", "utilisation"].map((one) => nations(words, nation.figure3, one, width < 900 ? [330, 188] : [340, 420])))];
  if (view.step === 4) return [make("ul", { class: "sentences" }, ...(nation.sentences?.[words.language] ?? []).map((one) => make("li", {}, one)))];
  return [scores(nation)];
}

function scores(nation) {
  return make("table", {}, make("caption", { class: "formula" }, words.say(`formula_${nation.payoff}`)), make("tbody", {}, ...[...(nation.scores ?? [])].sort((a, b) => a.place - b.place).map((one) => make("tr", {}, make("td", {}, String(one.place ?? "")), make("th", { scope: "row" }, words.name(one.region)),
    make("td", { class: "num" }, scoreInDigits(words, nation.payoff, one.score)), make("td", {}, words.say(`source_${one.source.split(":")[0]}`))))));
}
