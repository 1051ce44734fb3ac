// A history as the browser holds it: frames of sim/runs/frames.py, decoded as they arrive.

const ARRAYS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f8: Float64Array };
const GAP_BITS = { u1: 255, u2: 65535, u4: 4294967295 };
export const NOBODY = 255;
export const SUPPLY = 2;
export const INSTITUTE = 1;

/** One year: `head` as told, `column(name)` as typed array of codes, `value(name, row)` as number, NaN for a gap. */
export class Frame {
  constructor(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    this.head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    this.columns = new Map();
    for (const [name, kind, first, count, low, high] of this.head.columns) {
      // A copy starts at a boundary that the typed array accepts.
      const width = Number(kind[1]);
      const from = bytes.byteOffset + 4 + length + first;
      const codes = new ARRAYS[kind](bytes.buffer.slice(from, from + count * width));
      this.columns.set(name, { codes, low, high, top: GAP_BITS[kind] - 1 });
    }
    this.year = this.head.year;
    this.hash = this.head.hash;
    this.series = this.head.series;
  }

  column(name) {
    return this.columns.get(name).codes;
  }

  /** `value` of one column, for loops. */
  reader(name) {
    const { codes, low, high, top } = this.columns.get(name);
    const step = (high - low) / top;
    return (row) => (codes[row] > top ? NaN : low + codes[row] * step);
  }

  value(name, row) {
    const { codes, low, high, top } = this.columns.get(name);
    const code = codes[row];
    return code > top || code === undefined ? NaN : low + (code * (high - low)) / top;
  }
}

/** All years of one run that have arrived. */
export class History {
  constructor(header) {
    this.header = header;
    this.frames = [];
    this.ground = null;
    this.calm = null;
    this.firms = { id: [], parent: [], industry: [], born: [], met: [] };
    this.ties = { first: [], second: [], kind: [], begun: [], ended: [] };
    this.rows = new Map();
  }

  get firstYear() {
    return this.frames.length ? this.frames[0].year : 0;
  }

  get lastYear() {
    return this.frames.length ? this.frames[this.frames.length - 1].year : -1;
  }

  add(bytes) {
    const frame = new Frame(bytes);
    if (this.frames.length && frame.year !== this.lastYear + 1) {
      throw new Error(`year ${frame.year} arrived after year ${this.lastYear}`);
    }
    if (!this.ground) this.takeGround(frame);
    const { firms, ties } = this;
    frame.column("new_id").forEach((id, row) => {
      firms.id.push(id);
      firms.parent.push(frame.column("new_parent")[row]);
      firms.industry.push(frame.column("new_industry")[row]);
      firms.born.push(Math.round(frame.value("new_born", row)));
      firms.met.push(frame.year);
    });
    let tie = 0;
    for (const step of frame.column("tie_ended")) {
      tie += step;
      ties.ended[tie] = frame.year;
    }
    const first = frame.column("tie_first");
    for (let row = 0; row < first.length; row += 1) {
      ties.first.push(first[row]);
      ties.second.push(frame.column("tie_second")[row]);
      ties.kind.push(frame.column("tie_kind")[row]);
      ties.begun.push(frame.year);
      ties.ended.push(Infinity);
    }
    this.frames.push(frame);
    return frame;
  }

  takeGround(frame) {
    const ground = frame.head.ground;
    const column = frame.column("cell_column");
    const row = frame.column("cell_row");
    const region = frame.column("cell_region");
    const width = Math.max(...column) + 1;
    const height = Math.max(...row) + 1;
    const at = new Int32Array(width * height).fill(-1);
    column.forEach((x, cell) => {
      at[row[cell] * width + x] = cell;
    });
    this.ground = { ...ground, column, row, region, width, height, at };
  }

  /** Forget every year after `year`: what follows is about to arrive anew. */
  cut(year) {
    this.frames = this.frames.filter((frame) => frame.year <= year);
    const { firms, ties } = this;
    let met = firms.met.length;
    while (met > 0 && firms.met[met - 1] > year) met -= 1;
    for (const name of Object.keys(firms)) firms[name].length = met;
    let begun = ties.begun.length;
    while (begun > 0 && ties.begun[begun - 1] > year) begun -= 1;
    for (const name of Object.keys(ties)) ties[name].length = begun;
    ties.ended.forEach((when, tie) => {
      if (when > year) ties.ended[tie] = Infinity;
    });
    this.rows.clear();
    if (!this.frames.length) this.ground = null;
  }

  frame(year) {
    return this.frames[year - this.firstYear];
  }

  /** Row of each firm in the frame of `year`, by number; -1 where it does not live. */
  rowsOf(year) {
    if (!this.rows.has(year)) {
      const rows = new Int32Array(this.firms.id.length).fill(-1);
      this.frame(year).column("firm").forEach((firm, row) => {
        rows[firm] = row;
      });
      if (this.rows.size > 4) this.rows.clear();
      this.rows.set(year, rows);
    }
    return this.rows.get(year);
  }

  /** Calls back with the numbers of all links in force in `year`. */
  eachTie(year, use) {
    const { begun, ended } = this.ties;
    for (let tie = 0; tie < begun.length && begun[tie] <= year; tie += 1) if (ended[tie] > year) use(tie);
  }

  /** A series over all years that have arrived: of the nation, or of one region or industry. */
  series(name, place) {
    return this.frames.map((frame) => {
      const value = frame.series[name];
      const one = place === undefined ? value : value && value[place];
      return one === null || one === undefined ? NaN : one;
    });
  }
}

/** Calls back with each frame of a stream of (length, bytes). Throws for one that ends inside a frame. */
export async function readFrames(stream, use) {
  const reader = stream.getReader();
  let waiting = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const joined = new Uint8Array(waiting.length + value.length);
    joined.set(waiting);
    joined.set(value, waiting.length);
    waiting = joined;
    while (waiting.length >= 4) {
      const length = new DataView(waiting.buffer, waiting.byteOffset).getUint32(0, true);
      // A frame of no length comes before words about what stopped the run.
      if (length === 0 && waiting.length > 8) {
        const size = new DataView(waiting.buffer, waiting.byteOffset).getUint32(4, true);
        if (waiting.length < 8 + size) break;
        throw new Error(JSON.parse(new TextDecoder().decode(waiting.subarray(8, 8 + size))).error);
      }
      if (length === 0 || waiting.length < 4 + length) break;
      use(waiting.slice(4, 4 + length));
      waiting = waiting.subarray(4 + length);
    }
  }
  if (waiting.length) throw new Error("the history is cut off");
}
