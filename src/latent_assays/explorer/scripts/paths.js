// Paths between two places of a response map, as responses/paths.py finds them.

const TINIEST = 2.2250738585072014e-308; // a step is never free

/** Cost of each node: exp(-2H/T) over its sum, with H by grid steps, as in the released code. */
function landscapeOf(field, points, temperature) {
  const exponent = curvatureOf(field, points, 1).map((h) => (-2 * h) / temperature);
  const most = exponent.reduce((one, other) => Math.max(one, other));
  const cost = exponent.map((value) => Math.exp(value - most));
  const sum = cost.reduce((one, other) => one + other);
  return cost.map((value) => value / sum);
}

/** Dijkstra's shortest path on a grid of 4 neighbours; a step costs what the node it enters costs. */
function cheapestPath(cost, points, start, end) {
  const reach = new Float64Array(cost.length).fill(Infinity);
  const from = new Int32Array(cost.length).fill(-1);
  const open = new Set([start]);
  const done = new Uint8Array(cost.length);
  reach[start] = 0;
  while (!done[end]) {
    let node = -1;
    for (const one of open) if (node < 0 || reach[one] < reach[node]) node = one;
    open.delete(node);
    done[node] = 1;
    for (const next of neighbours(node, points)) {
      const total = reach[node] + Math.max(cost[next], TINIEST);
      if (!done[next] && total < reach[next]) {
        reach[next] = total;
        from[next] = node;
        open.add(next);
      }
    }
  }
  const path = [end];
  while (path[0] !== start) path.unshift(from[path[0]]);
  return path;
}

function neighbours(node, points) {
  const q = node % points;
  return [
    ...(node >= points ? [node - points] : []),
    ...(node < points * (points - 1) ? [node + points] : []),
    ...(q > 0 ? [node - 1] : []),
    ...(q < points - 1 ? [node + 1] : []),
  ];
}

/** From the node nearest to one place to that nearest to the other, where the landscape is low. */
function manifoldPath(map, start, end, temperature) {
  const points = map.axis.length;
  const cost = landscapeOf(map.field, points, temperature);
  const nodes = [start, end].map((place) => nearestNode(map.axis, place));
  return cheapestPath(cost, points, ...nodes).map((node) => [
    map.axis[Math.floor(node / points)],
    map.axis[node % points],
  ]);
}

function nearestNode(axis, place) {
  const step = axis[1] - axis[0];
  const [p, q] = place.map((value) =>
    Math.min(Math.max(Math.round((value - axis[0]) / step), 0), axis.length - 1)
  );
  return p * axis.length + q;
}

/** So many even places on a straight line, both ends included. */
function straightPath(start, end, points) {
  return Array.from({ length: points }, (_, i) =>
    start.map((value, side) => value + ((end[side] - value) * i) / (points - 1))
  );
}

function distance(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function stepsOf(path) {
  return path.slice(1).map((place, i) => distance(path[i], place));
}

/** The place at a share, 0 to 1, of a path's length. */
function placeAlong(path, share) {
  const steps = stepsOf(path);
  let rest = share * steps.reduce((sum, step) => sum + step, 0);
  for (let i = 0; i < steps.length; i++) {
    if (rest <= steps[i] && steps[i] > 0) {
      const part = rest / steps[i];
      return path[i].map((value, side) => value + (path[i + 1][side] - value) * part);
    }
    rest -= steps[i];
  }
  return path[path.length - 1];
}

/** What a path passes through: means over its length of H and of the distance to the nearest code. */
function pathNumbers(path, map, codes) {
  const steps = stepsOf(path);
  const length = steps.reduce((sum, step) => sum + step, 0);
  const curvature = path.map((place) => valueAt(map.curvature, map.axis, place));
  const nearest = path.map((place) => Math.min(...codes.map((code) => distance(code, place))));
  return {
    length,
    curvature: meanAlong(curvature, steps, length),
    distance: meanAlong(nearest, steps, length),
  };
}

function meanAlong(values, steps, length) {
  if (length === 0) return values.reduce((sum, value) => sum + value, 0) / values.length;
  return steps.reduce((sum, step, i) => sum + ((values[i] + values[i + 1]) / 2) * step, 0) / length;
}
