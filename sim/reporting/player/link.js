// The part of an address after its #: the year and the look of the page.

export const LAYERS = ["industry", "density", "rent"];
export const LINKS = ["none", "supply", "cooperation"];
const LINK_VERSION = 1;

/** Fields of a link, each checked by itself: {values, problems}, problems by the name of the bad field. */
export function parseLink(text, languages) {
  const values = {};
  const problems = [];
  const known = { year: /^\d{1,4}$/, layer: LAYERS, links: LINKS, lang: languages, v: [String(LINK_VERSION)] };
  for (const part of text.replace(/^#/, "").split("&")) {
    if (!part) continue;
    const [name, value = ""] = part.split("=", 2);
    const allowed = Object.hasOwn(known, name) ? known[name] : null;
    if (!allowed) problems.push(name.slice(0, 20));
    else if (allowed instanceof RegExp ? !allowed.test(value) : !allowed.includes(value)) problems.push(name);
    else values[name] = name === "year" ? Number(value) : value;
  }
  return { values, problems };
}


/** The same the other way. */
export function writtenLink({ year, layer, links, language }) {
  return `#v=${LINK_VERSION}&year=${year}&layer=${layer}&links=${links}&lang=${language}`;
}
