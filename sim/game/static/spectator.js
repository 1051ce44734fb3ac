// What a phone shows on which nobody governs: prices and duplication as on the projector, and at the end what it came to.

import { make } from "/common.js";

const title = (words, nation) => `${words.say("nation", { nation: nation.nation })} · ${words.say(`preset_${nation.preset}`)}`;

/** Cards of a spectator; `card(title, ...parts)` makes one. */
export function watching(words, view, card) {
  const shown = view.watched;
  const counted = ["open", "announce"].includes(view.phase);  // a proposal is one person's
  const lines = shown && counted ? make("p", { class: "big" }, words.say("saved_of", { saved: shown.saved, playing: shown.playing })) : null;
  const over = ["debrief", "closed"].includes(view.phase);
  const told = over ? (shown?.sentences ?? []).map((one, at) => card(title(words, shown.nations[at]), make("ul", {}, ...(one[words.language] ?? []).map((line) => make("li", {}, line))))) : [];
  return [card(words.say("you_watch"), make("p", {}, words.say(over ? "you_watched_more" : "you_watch_more")), lines), ...told, ...(shown?.nations ?? []).map((one) => prices(words, one, card))];
}

/** Prices, margins and duplication of a nation. */
function prices(words, nation, card) {
  const rows = [...nation.industries].sort((a, b) => (b.margin ?? -99) - (a.margin ?? -99));
  const { duplication } = nation;
  return card(title(words, nation),
    typeof duplication === "number" ? make("p", {}, words.say("duplication", { value: words.number(duplication, 2) })) : null,
    make("table", {}, make("caption", {}, words.say("prices")), make("tbody", {}, ...rows.map((one) => make("tr", {}, make("th", { scope: "row" }, words.name(one.name)),
      make("td", {}, words.number(one.price)), make("td", {}, one.margin === null ? "–" : `${words.signed(one.margin)} %`))))));
}
