// The player of a standalone page.

import { Player } from "./player.js";

/** The player of a standalone page: everything stands in the page, packed with gzip. */
export async function replay(root, options, packed) {
  const player = new Player(root, { ...options, link: true, offline: true });
  const bytes = Uint8Array.from(atob(packed.frames.trim()), (letter) => letter.charCodeAt(0));
  const content = new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  const starts = [];
  for (let at = 0; at < content.length;) {
    const length = new DataView(content.buffer).getUint32(at, true);
    starts.push([at + 4, at + 4 + length]);
    at += 4 + length;
  }
  player.setRuns(packed.runs.map((run) => run.header));
  packed.runs.forEach((run, arm) => run.frames.forEach((frame) => player.add(arm, content.slice(...starts[frame]))));
  return player;
}
