// What runs beside the page, so that the page never waits: one worker answers, the others measure.

const LARGEST_GRID = 65;
const SAMPLES = 512; // interventions of each latent
const LONGEST = 120; // seconds that a matrix, or the next finer grid of a map, may take
const OFTEN = 150; // milliseconds between two reports

const JOBS = {
  /** What one asks for now: decoded images and responses. */
  answer(network, { codes, image }) {
    const starts = image ? [network.encode(image)] : codes;
    return starts.map((code) => {
      const single = Float64Array.from(code, Math.fround);
      const decoded = network.decode(single);
      return { code, decoded, response: network.encode(decoded) };
    });
  },

  /** The response matrix, reported while it grows. */
  matrix(network, { latents, codes }, report) {
    const matrix = new ResponseMatrix(responseOf(network), latents);
    const uniform = uniformDraws(0);
    const began = performance.now();
    let last = 0;
    while (matrix.samples < 2 || (matrix.samples < SAMPLES && secondsSince(began) < LONGEST)) {
      const { base, replacement } = drawIntervention(latents, uniform, codes);
      matrix.intervene(base, replacement);
      if (matrix.samples > 1 && performance.now() - last > OFTEN) {
        report(matrix.result());
        last = performance.now();
      }
    }
    return matrix.result();
  },

  /** A response map on grids of 5, 9, 17, 33 and 65 nodes a side: each keeps those before it. */
  map(network, { base, latents, extent }, report) {
    const respond = responseOf(network);
    let coarse = null, spent = 0;
    for (let points = 5; points <= LARGEST_GRID; points = 2 * points - 1) {
      const seconds = coarse && (spent / coarse.points ** 2) * (points ** 2 - coarse.points ** 2);
      if (seconds > LONGEST) break;
      const began = performance.now();
      const at = (place) => displacement(respond, base, latents, place);
      coarse = { points, extent, field: refined(coarse, axisOf(points, extent), at) };
      spent += secondsSince(began);
      report(coarse);
    }
    return coarse;
  },
};

function secondsSince(moment) {
  return (performance.now() - moment) / 1000;
}

/** A field on a grid, whose even nodes are those of the coarser one. */
function refined(coarse, axis, at) {
  const points = axis.length;
  const field = new Float64Array(2 * points * points);
  for (let p = 0; p < points; p++) {
    for (let q = 0; q < points; q++) {
      const isKnown = coarse && p % 2 === 0 && q % 2 === 0;
      const known = isKnown ? p * coarse.points + q : 0; // twice the node's, as field has two a node
      const u = isKnown ? coarse.field.subarray(known, known + 2) : at([axis[p], axis[q]]);
      field.set(u, 2 * (p * points + q));
    }
  }
  return field;
}

if (typeof WorkerGlobalScope !== "undefined") {
  let network = null;
  const report = (ticket) => (result) => postMessage({ ticket, result });
  onmessage = ({ data: { open, job, ticket, ...given } }) => {
    if (open) network = openNetwork(open);
    else postMessage({ ticket, result: JOBS[job](network, given, report(ticket)), done: true });
  };
}
