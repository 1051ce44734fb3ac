// What all pages of a class share: elements, words, requests that are repeated until they are answered, the clock.

import { make } from "/make.js";

export { make };

/** A random name; crypto.randomUUID is not there on plain HTTP. */
export function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What was kept in this browser, or null: a private window may refuse to keep anything. */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The page works without it; what was decided is kept by the server.
  }
}

export class Words {
  constructor(catalogues, language) {
    this.catalogues = catalogues;
    this.use(language);
  }

  use(language) {
    this.language = this.catalogues[language] ? language : "en";
    document.documentElement.lang = this.language === "zh" ? "zh-CN" : this.language;
  }

  get others() {
    return Object.keys(this.catalogues).filter((one) => one !== this.language);
  }

  has(key) {
    return this.catalogues[this.language].texts[key] !== undefined;
  }

  say(key, values = {}) {
    const text = this.catalogues[this.language].texts[key];
    if (text === undefined) throw new Error(`no text for ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  name(word) {
    return this.catalogues[this.language].names[word] ?? String(word).replaceAll("_", " ");
  }

  /** A number with so many digits after the point; a dash where there is none. */
  number(value, digits = 0) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    return value.toLocaleString(this.language === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  signed(value, digits = 1) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const shown = this.number(Math.abs(value), digits);
    if (!/[1-9]/.test(shown)) return shown;  // what is nothing in these digits has no sign
    return `${value < 0 ? "−" : "+"}${shown}`;
  }

  list(names) {
    return names.join(this.language === "zh" ? "、" : ", ");
  }

  time(seconds) {
    const at = new Date(seconds * 1000);
    return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  }
}

/** An answer that says no. */
export class Answered extends Error {
  constructor(status, told) {
    super(told.said ?? told.odd ?? told.error ?? String(status));
    this.status = status;
    this.told = told;
  }
}

/** A score: regions that were beaten, with halves for ties, or a change in per cent. */
export function scoreInDigits(words, payoff, score) {
  return payoff === "rank" ? words.number(score, Number.isInteger(score) ? 0 : 1) : words.signed(score);
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
export const PLACE = /^[1-4]$/.test(new URLSearchParams(location.search).get("place") ?? "") ? new URLSearchParams(location.search).get("place") : "1";

async function once(path, body, seconds) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  try {
    const headers = { "X-Place": PLACE };
    const options = body === undefined ? { headers } : { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(path, { ...options, signal: stop.signal });
    const told = await answer.json();
    if (!answer.ok) throw new Answered(answer.status, told);
    return told;
  } finally {
    clearTimeout(timer);
  }
}

/** Ask once. Raises Answered where the answer is no, and another error where none comes. */
export const ask = (path) => once(path, undefined, 8);

/** Send until an answer comes, each time with the same mark, so that it is done once. `lost` is told of each try that failed. */
export async function send(path, body, { lost = () => {}, tries = 100, stale = () => false } = {}) {
  const marked = { ...body, request: random() };
  for (let turn = 0; ; turn += 1) {
    try {
      return await once(path, marked, 8);
    } catch (error) {
      const later = error instanceof Answered && (error.status === 429 || error.status >= 500);
      if ((error instanceof Answered && !later) || turn >= tries || stale()) throw error;
      lost(error);
      await pause(later ? (error.told.later ?? 2) : Math.min(8, 0.5 * 1.6 ** turn));
    }
  }
}

/** Look at `path()` every `seconds()`, and at once when the page wakes; `take` gets each answer, `fail` each failure. */
export function watch(path, take, fail, seconds) {
  let timer = null;
  let asking = false;
  let again = false;
  const look = async () => {
    clearTimeout(timer);
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    again = false;
    try {
      take(await ask(path()));
    } catch (error) {
      fail(error);
    }
    asking = false;
    timer = setTimeout(look, again ? 0 : seconds() * (900 + 200 * Math.random()));
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  for (const name of ["pageshow", "online", "focus"]) window.addEventListener(name, look);
  look();
  return look;
}

/** Seconds left by the server's clock, which another clock is set by at each answer. */
export class Clock {
  constructor() {
    this.ahead = 0;
  }

  set(now) {
    if (typeof now === "number") this.ahead = now - Date.now() / 1000;
  }

  left(deadline) {
    return Math.max(0, Math.ceil(deadline - Date.now() / 1000 - this.ahead));
  }

  shown(deadline) {
    const left = this.left(deadline);
    return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}

/** The switch between languages; `change` builds the page anew. */
export function languageSwitch(words, change) {
  return make("span", { class: "languages" }, ...words.others.map((one) => make("button", {
    type: "button", class: "language", lang: one === "zh" ? "zh-CN" : one,
    onclick: () => {
      words.use(one);
      remember("clustersim-language", one);
      change();
    },
  }, words.catalogues[one].texts.language)));
}

/** Words for an error, in the language of the page. */
export function explained(words, error) {
  if (!(error instanceof Answered)) return words.say("lost");
  if (error.status === 429) return words.say("later");
  if (error.status === 403) return words.say("denied");
  const key = `refused_${error.told.refused}`;
  return words.has(key) ? words.say(key) : words.say("failed", { why: error.message });
}

/** A form whose Enter sends, but not the one that ends a Chinese composition. */
export function form(attributes, submit, ...children) {
  return make("form", {
    ...attributes,
    onsubmit: (event) => {
      event.preventDefault();
      submit(event);
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
    },
  }, ...children);
}
