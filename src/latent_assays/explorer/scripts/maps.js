// Response maps, eq. 11. A map has G x G nodes; node (p, q) stands at p * G + q, p along the first
// latent and q along the second. A field has two numbers a node.

const LEAST_NORM = 1e-8; // added to |u| before dividing by it: u vanishes at fixed points of h

/** G even places from -extent to extent. */
function axisOf(points, extent) {
  return Float64Array.from({ length: points }, (_, p) => extent * ((2 * p) / (points - 1) - 1));
}

/** The displacement h(z) - z along two latents, at a place on their plane through `base`. */
function displacement(respond, base, latents, place) {
  const code = Float64Array.from(base);
  latents.forEach((latent, side) => (code[latent] = place[side]));
  const single = Float64Array.from(code, Math.fround);
  const answer = respond(single);
  return latents.map((latent) => answer[latent] - single[latent]);
}

/** Derivative along an axis of one of the numbers at each node: central, one-sided at the edges. */
function derivative(values, points, part, parts, axis, step) {
  const stride = axis === 0 ? points : 1;
  const out = new Float64Array(points * points);
  for (let node = 0; node < out.length; node++) {
    const along = axis === 0 ? Math.floor(node / points) : node % points;
    const before = along > 0 ? node - stride : node;
    const after = along < points - 1 ? node + stride : node;
    const width = ((after - before) / stride) * step;
    out[node] = (values[after * parts + part] - values[before * parts + part]) / width;
  }
  return out;
}

function divergenceOf(field, points, step) {
  const other = derivative(field, points, 1, 2, 1, step);
  return derivative(field, points, 0, 2, 0, step).map((value, node) => value + other[node]);
}

function magnitudeOf(field) {
  return Float64Array.from({ length: field.length / 2 }, (_, node) =>
    Math.hypot(field[2 * node], field[2 * node + 1])
  );
}

/** Mean curvature H = -1/2 div(u/|u|); positive on the latent manifold. */
function curvatureOf(field, points, step) {
  const norm = magnitudeOf(field);
  const unit = field.map((value, i) => value / (norm[Math.floor(i / 2)] + LEAST_NORM));
  return divergenceOf(unit, points, step).map((value) => -value / 2);
}

/** A map's value between its nodes, bilinear; NaN outside. */
function valueAt(values, axis, [x, y]) {
  const points = axis.length;
  const step = axis[1] - axis[0];
  const across = (x - axis[0]) / step, up = (y - axis[0]) / step;
  const slack = 1e-9;
  if (!(Math.min(across, up) >= -slack && Math.max(across, up) <= points - 1 + slack)) return NaN;
  const p = Math.min(Math.max(Math.floor(across), 0), points - 2);
  const q = Math.min(Math.max(Math.floor(up), 0), points - 2);
  const a = across - p, b = up - q;
  const at = (i, j) => values[(p + i) * points + q + j];
  return (at(0, 0) * (1 - b) + at(0, 1) * b) * (1 - a) + (at(1, 0) * (1 - b) + at(1, 1) * b) * a;
}
