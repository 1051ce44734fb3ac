// Pictures as SVG: what the maps and charts draw on a canvas, written down as shapes.

const escaped = (text) => String(text).replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);
const short = (value) => String(Math.round(value * 100) / 100);

/** The part of a canvas and its context that maps and charts use; `shapes` is what was drawn, `box` where it stands. */
export class SvgCanvas {
  constructor(box) {
    this.box = box;
    this.shapes = [];
    this.path = "";
    this.factor = 1;
    this.dash = "";
    Object.assign(this, { width: 0, height: 0, fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, font: "", textAlign: "left" });
  }

  getContext() { return this; }

  getBoundingClientRect() { return this.box; }

  scale(factor) { this.factor *= factor; }

  at(x, y) { return `${short(x * this.factor)} ${short(y * this.factor)}`; }

  setLineDash(parts) { this.dash = parts.map((part) => short(part * this.factor)).join(" "); }

  fillRect(x, y, width, height) {
    const [sx, sy, sw, sh] = [x, y, width, height].map((value) => short(value * this.factor));
    this.shapes.push(`<rect x="${sx}" y="${sy}" width="${sw}" height="${sh}" fill="${escaped(this.fillStyle)}"/>`);
  }

  beginPath() { this.path = ""; }

  moveTo(x, y) { this.path += `M${this.at(x, y)}`; }

  lineTo(x, y) { this.path += `L${this.at(x, y)}`; }

  closePath() { this.path += "Z"; }

  /** A whole circle: nothing else is drawn by it. */
  arc(x, y, radius) {
    const r = short(radius * this.factor);
    this.path += `M${this.at(x - radius, y)}a${r} ${r} 0 1 0 ${short(2 * radius * this.factor)} 0a${r} ${r} 0 1 0 ${short(-2 * radius * this.factor)} 0Z`;
  }

  fill() {
    if (this.path) this.shapes.push(`<path d="${this.path}" fill="${escaped(this.fillStyle)}"/>`);
  }

  stroke() {
    if (!this.path) return;
    const dash = this.dash ? ` stroke-dasharray="${this.dash}"` : "";
    this.shapes.push(`<path d="${this.path}" fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${short(this.lineWidth * this.factor)}"${dash}/>`);
  }

  /** About how wide a text of a chart is: letters of East Asia are as wide as they are tall. */
  measureText(text) {
    return { width: [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 12 : 7), 0) };
  }

  fillText(text, x, y) {
    const anchor = { left: "start", right: "end", center: "middle" }[this.textAlign];
    const size = short(parseFloat(this.font) * this.factor);
    const [sx, sy] = this.at(x, y).split(" ");
    this.shapes.push(`<text x="${sx}" y="${sy}" font-size="${size}" text-anchor="${anchor}" fill="${escaped(this.fillStyle)}">${escaped(text)}</text>`);
  }
}

/** One picture of rows of panels {title, drawn (SvgCanvas)}, under a title and above a legend {colour, text}. */
export function sheetOf(title, rows, legend) {
  const [width, edge, line] = [1600, 12, 44];
  const parts = [`<text x="${edge}" y="32" font-size="26" font-weight="700">${escaped(title)}</text>`];
  let top = line;
  for (const row of rows) {
    const room = width / row.length;
    let deepest = 0;
    row.forEach(({ title: name, drawn }, place) => {
      const scale = (room - 2 * edge) / drawn.width;
      deepest = Math.max(deepest, drawn.height * scale);
      parts.push(`<text x="${short(place * room + edge)}" y="${short(top + 24)}" font-size="17">${escaped(name)}</text>`,
        `<g transform="translate(${short(place * room + edge)} ${short(top + 34)}) scale(${scale.toFixed(5)})">${drawn.shapes.join("")}</g>`);
    });
    top += deepest + line;
  }
  let [x, y] = [edge, top + 24];
  for (const { colour, text } of legend) {
    const wide = 34 + 15 * text.length;
    if (x + wide > width) [x, y] = [edge, y + 26];
    parts.push(`<rect x="${x}" y="${short(y - 13)}" width="14" height="14" fill="${colour}" stroke="#55606a"/><text x="${x + 20}" y="${short(y)}" font-size="16">${escaped(text)}</text>`);
    x += wide;
  }
  const height = Math.round(y + 20);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"><rect width="${width}" height="${height}" fill="#ffffff"/>${parts.join("")}</svg>\n`;
}
