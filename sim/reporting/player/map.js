// Maps: cells below, small firms as marks of two or three pixels, leading firms and institutes above, links on demand.

import { INSTITUTE, NOBODY, SUPPLY } from "./history.js";

// Okabe & Ito 2008, Color Universal Design: the colours of the figures (sim/reporting/figures/style.py).
export const CLASS_COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", "#7F7F7F"];
export const ARM_COLOURS = ["#0072B2", "#D55E00"];
const EMPTY = [244, 244, 244];
const MARGIN = 14;  // pixels of both edges together: a leading firm at the border is seen whole
const TIER_BITS = 7;
const KIND_BIT = 3;
const ORIGIN_BITS = 5;
const LINKS_A_STROKE = 100;  // a path of thousands of crossing lines takes far longer than many of some

export const SIDE_COLOURS = ["#005C9E", "#C44E00"];
export const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const between = (one, other, share) => one.map((value, at) => Math.round(value + (other[at] - value) * share));
const css = (parts) => `rgb(${parts.join(",")})`;
const DEEPEST = { density: [60, 60, 110], rent: [150, 60, 0] };
/** Colours of places from the least to the most, by layer. */
export const SCALES = Object.fromEntries(Object.entries(DEEPEST).map(([layer, deepest]) => [layer, [0, 0.3, 0.6, 0.9].map((share) => css(between(EMPTY, deepest, share)))]));
export const tierOf = (state) => state & TIER_BITS;
export const isLeader = (state) => ((state >> KIND_BIT) & 1) === 1;
export const isZombie = (state) => ((state >> 4) & 1) === 1;
export const originOf = (state) => state >> ORIGIN_BITS;

/** What colours stand for: industries where there are few, else chains, of many the largest and the rest. */
export function classesOf(history) {
  const { industries, chains } = history.ground;
  const most = CLASS_COLOURS.length;
  const own = industries.length <= most ? industries : chains;
  const sizes = new Map();
  own.forEach((name, industry) => {
    const size = (history.frames[0].series.industry_value_added || [])[industry] || 0;
    sizes.set(name, (sizes.get(name) || 0) + size);
  });
  let names = [...sizes.keys()];
  if (names.length > most) names = names.sort((a, b) => sizes.get(b) - sizes.get(a)).slice(0, most - 1);
  const of = own.map((name) => (names.indexOf(name) < 0 ? most - 1 : names.indexOf(name)));
  const all = names.length < sizes.size ? [...names, null] : names;
  return { names: all, of, colours: CLASS_COLOURS.map(rgb) };
}

/** The largest difference of work between two runs in any place and year: the deepest colour. */
export function boundOf(one, other, first, last) {
  let bound = 1;
  for (let year = first; year <= last; year += 1) {
    const [mine, theirs] = [one, other].map((history) => history.frame(year).reader("cell_employment"));
    for (let cell = 0; cell < one.ground.column.length; cell += 1) {
      const gap = Math.abs(mine(cell) - theirs(cell));
      if (gap > bound) bound = gap;
    }
  }
  return bound;
}

/** A number between 0 and 1 that a firm keeps, so that its mark stays where it is in its cell. */
function scatter(id, salt) {
  let mixed = (Math.imul(id % 4294967291, 2654435761) ^ Math.imul(salt, 40503)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0;
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4294967296;
}

/** One map on one canvas. `ground` of the history says where cells lie. */
export class MapView {
  constructor(canvas) {
    this.canvas = canvas;
    this.picked = null;
  }

  /** Fit the canvas to its box at the screen's own resolution. */
  fit(history) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const box = this.canvas.getBoundingClientRect();
    const { width, height } = history.ground;
    const pixels = [Math.max(1, Math.round(box.width * ratio)), Math.max(1, Math.round(box.height * ratio))];
    if (this.canvas.width !== pixels[0] || this.canvas.height !== pixels[1]) {
      [this.canvas.width, this.canvas.height] = pixels;
    }
    this.ratio = ratio;
    this.side = Math.max(1, Math.min((pixels[0] - MARGIN * ratio) / width, (pixels[1] - MARGIN * ratio) / height));
    this.left = (pixels[0] - this.side * width) / 2;
    this.top = (pixels[1] - this.side * height) / 2;
    this.marks = [];
  }

  place(ground, cell) {
    return [this.left + ground.column[cell] * this.side, this.top + ground.row[cell] * this.side];
  }

  draw(history, year, look) {
    this.fit(history);
    const frame = history.frame(year);
    const context = this.canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawCells(context, history, frame, look);
    this.findSpots(history, frame);
    if (look.links !== "none") this.drawLinks(context, history, year, look);
    this.drawBorders(context, history.ground);
    this.drawFirms(context, history, frame, look);
    this.drawInstitutes(context, history, frame);
    if (look.region >= 0) this.drawOutline(context, history.ground, look.region);
  }

  drawCells(context, history, frame, look) {
    const { ground } = history;
    const leading = frame.column("cell_leading");
    const [employment, shares, rents] = ["cell_employment", "cell_share", "cell_rent"].map((name) => frame.reader(name));
    for (let cell = 0; cell < ground.column.length; cell += 1) {
      let colour = EMPTY;
      const workers = employment(cell);
      const strong = Math.sqrt(Math.min(1, workers / look.fullest));
      if (look.layer === "industry" && leading[cell] !== NOBODY && workers > 0) {
        const share = Math.min(1, shares(cell));
        colour = between(EMPTY, look.classes.colours[look.classes.of[leading[cell]]], (0.25 + 0.6 * share) * Math.max(0.35, strong));
      } else if (look.layer === "density") {
        colour = between(EMPTY, DEEPEST.density, 0.9 * strong);
      } else if (look.layer === "rent") {
        const rent = rents(cell);
        colour = Number.isNaN(rent) ? EMPTY : between(EMPTY, DEEPEST.rent, Math.max(0, Math.min(0.9, (rent + 1) / 3)));
      }
      const [x, y] = this.place(ground, cell);
      context.fillStyle = css(colour);
      context.fillRect(Math.floor(x), Math.floor(y), Math.ceil(this.side), Math.ceil(this.side));
    }
  }

  drawBorders(context, ground) {
    context.strokeStyle = "#5b6470";
    context.lineWidth = Math.max(1, this.ratio * 0.8);
    context.beginPath();
    const owner = (x, y) => {
      if (x < 0 || y < 0 || x >= ground.width || y >= ground.height) return -1;
      const cell = ground.at[y * ground.width + x];
      return cell < 0 ? -1 : ground.region[cell];
    };
    for (let y = 0; y <= ground.height; y += 1) {
      for (let x = 0; x <= ground.width; x += 1) {
        const [px, py] = [this.left + x * this.side, this.top + y * this.side];
        if (owner(x - 1, y) !== owner(x, y)) {
          context.moveTo(px, py);
          context.lineTo(px, py + this.side);
        }
        if (owner(x, y - 1) !== owner(x, y)) {
          context.moveTo(px, py);
          context.lineTo(px + this.side, py);
        }
      }
    }
    context.stroke();
  }

  drawOutline(context, ground, region) {
    context.strokeStyle = "#000000";
    context.lineWidth = 2.5 * this.ratio;
    ground.region.forEach((own, cell) => {
      if (own !== region) return;
      const [x, y] = this.place(ground, cell);
      const [column, row] = [ground.column[cell], ground.row[cell]];
      const same = (dx, dy) => {
        const [c, r] = [column + dx, row + dy];
        if (c < 0 || r < 0 || c >= ground.width || r >= ground.height) return false;
        const other = ground.at[r * ground.width + c];
        return other >= 0 && ground.region[other] === region;
      };
      const line = (x1, y1, x2, y2) => {
        context.moveTo(x + x1 * this.side, y + y1 * this.side);
        context.lineTo(x + x2 * this.side, y + y2 * this.side);
      };
      context.beginPath();
      if (!same(-1, 0)) line(0, 0, 0, 1);
      if (!same(1, 0)) line(1, 0, 1, 1);
      if (!same(0, -1)) line(0, 0, 1, 0);
      if (!same(0, 1)) line(0, 1, 1, 1);
      context.stroke();
    });
  }

  /** Where each firm of the year stands: two numbers a row of the frame. */
  findSpots(history, frame) {
    const firms = frame.column("firm");
    const cells = frame.column("firm_cell");
    const { column, row } = history.ground;
    this.spots = new Float32Array(2 * firms.length);
    for (let at = 0; at < firms.length; at += 1) {
      const id = history.firms.id[firms[at]];
      this.spots[2 * at] = this.left + this.side * (column[cells[at]] + 0.08 + 0.84 * scatter(id, 1));
      this.spots[2 * at + 1] = this.top + this.side * (row[cells[at]] + 0.08 + 0.84 * scatter(id, 2));
    }
  }

  drawFirms(context, history, frame, look) {
    const firms = frame.column("firm");
    const states = frame.column("firm_state");
    const size = Math.max(2, Math.round(this.ratio * (this.side > 26 ? 2.4 : 1.6)));
    const big = [];
    const spots = look.classes.colours.map(() => []);
    for (let row = 0; row < firms.length; row += 1) {
      const [x, y] = [this.spots[2 * row], this.spots[2 * row + 1]];
      this.marks.push(x, y, row);
      if (isLeader(states[row])) big.push([x, y, row]);
      else spots[look.classes.of[history.firms.industry[firms[row]]]].push(x, y);
    }
    spots.forEach((list, kind) => {
      context.fillStyle = css(between(look.classes.colours[kind], [0, 0, 0], 0.35));
      for (let at = 0; at < list.length; at += 2) context.fillRect(list[at] - size / 2, list[at + 1] - size / 2, size, size);
    });
    context.lineWidth = this.ratio;
    for (const [x, y, row] of big) {
      const radius = Math.max(3, Math.min(0.3 * this.side, 6.5 * this.ratio));
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = css(look.classes.colours[look.classes.of[history.firms.industry[firms[row]]]]);
      context.fill();
      context.strokeStyle = "#111111";
      context.stroke();
    }
    if (look.firm >= 0) {
      const row = history.rowsOf(frame.year)[look.firm];
      if (row >= 0) {
        const [x, y] = [this.spots[2 * row], this.spots[2 * row + 1]];
        context.strokeStyle = "#000000";
        context.lineWidth = 2.5 * this.ratio;
        context.beginPath();
        context.arc(x, y, 9 * this.ratio, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  drawInstitutes(context, history, frame) {
    const half = Math.max(2, Math.min(0.12 * this.side, 4 * this.ratio));
    context.lineWidth = this.ratio;
    frame.column("institute_cell").forEach((cell, row) => {
      const [x, y] = this.place(history.ground, cell);
      const [cx, cy] = [x + this.side * (0.2 + 0.6 * scatter(row + 7, 3)), y + this.side * (0.2 + 0.6 * scatter(row + 7, 4))];
      context.beginPath();
      context.moveTo(cx, cy - half);
      context.lineTo(cx + half, cy);
      context.lineTo(cx, cy + half);
      context.lineTo(cx - half, cy);
      context.closePath();
      context.fillStyle = "#ffffff";
      context.fill();
      context.strokeStyle = "#111111";
      context.stroke();
    });
  }

  drawLinks(context, history, year, look) {
    const frame = history.frame(year);
    const rows = history.rowsOf(year);
    const { spots } = this;
    const institutes = frame.column("institute_cell");
    const { first, second, kind } = history.ties;
    context.lineWidth = Math.max(0.6, 0.6 * this.ratio);
    context.strokeStyle = look.links === "supply" ? "rgba(90,60,20,0.22)" : "rgba(30,60,120,0.25)";
    context.beginPath();
    let drawn = 0;
    history.eachTie(year, (tie) => {
      if ((kind[tie] === SUPPLY) !== (look.links === "supply")) return;
      const row = rows[first[tie]];
      const other = kind[tie] === INSTITUTE ? -1 : rows[second[tie]];
      if (row < 0 || (other < 0 && kind[tie] !== INSTITUTE)) return;
      if (look.firm >= 0 && first[tie] !== look.firm && (kind[tie] === INSTITUTE || second[tie] !== look.firm)) return;
      drawn += 1;
      if (drawn % LINKS_A_STROKE === 0) {
        context.stroke();
        context.beginPath();
      }
      context.moveTo(spots[2 * row], spots[2 * row + 1]);
      if (other >= 0) context.lineTo(spots[2 * other], spots[2 * other + 1]);
      else {
        const [x, y] = this.place(history.ground, institutes[second[tie]] ?? 0);
        context.lineTo(x + this.side / 2, y + this.side / 2);
      }
    });
    context.stroke();
  }

  /** Workers of `one` less those of `other`, place by place; `bound` is the deepest colour. */
  drawDifference(one, other, year, bound, look) {
    let differs = false;
    this.fit(one);
    const context = this.canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const [mine, theirs] = [one, other].map((history) => history.frame(year).reader("cell_employment"));
    for (let cell = 0; cell < one.ground.column.length; cell += 1) {
      const gap = mine(cell) - theirs(cell);
      if (gap !== 0) differs = true;
      const share = Math.min(1, Math.sqrt(Math.abs(gap) / bound));
      const [x, y] = this.place(one.ground, cell);
      context.fillStyle = css(between(EMPTY, rgb(SIDE_COLOURS[gap > 0 ? 0 : 1]), Number.isNaN(share) ? 0 : share));
      context.fillRect(Math.floor(x), Math.floor(y), Math.ceil(this.side), Math.ceil(this.side));
    }
    this.drawBorders(context, one.ground);
    if (look.region >= 0) this.drawOutline(context, one.ground, look.region);
    return differs;
  }

  /** What lies under a point of the page: {cell, row}, row of the nearest firm within reach or -1; null outside. */
  at(history, clientX, clientY) {
    if (!history.ground || !this.side) return null;
    const box = this.canvas.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * this.canvas.width;
    const y = ((clientY - box.top) / box.height) * this.canvas.height;
    const [column, line] = [Math.floor((x - this.left) / this.side), Math.floor((y - this.top) / this.side)];
    const { ground } = history;
    if (column < 0 || line < 0 || column >= ground.width || line >= ground.height) return null;
    const cell = ground.at[line * ground.width + column];
    if (cell < 0) return null;
    let [row, nearest] = [-1, (7 * this.ratio) ** 2];
    for (let at = 0; at < this.marks.length; at += 3) {
      const gap = (this.marks[at] - x) ** 2 + (this.marks[at + 1] - y) ** 2;
      if (gap < nearest) [row, nearest] = [this.marks[at + 2], gap];
    }
    return { cell, row };
  }
}
