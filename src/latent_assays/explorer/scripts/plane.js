// A response map on a canvas: colours, arrows, codes and paths, and the two ends that one sets.

const SIDE = 560; // pixels of the canvas
const ARROWS = 17; // nodes a side that have one, at most
const WHITE = "#ffffff";
const BLACK = "#000000";

class Plane {
  /** `moved()` is called when a person moves an end. */
  constructor(root, moved) {
    this.root = root;
    this.canvas = root.querySelector(".field");
    this.canvas.width = this.canvas.height = SIDE;
    this.buttons = [...root.querySelectorAll(".end")];
    this.kind = root.querySelector(".kind");
    this.kind.addEventListener("change", () => this.draw());
    this.canvas.addEventListener("click", (event) => {
      const place = this.placeOf(event);
      const [a, b] = this.ends.map((end) => distance(end, place));
      this.setEnd(a <= b ? 0 : 1, place, moved);
    });
    this.buttons.forEach((button, end) => {
      button.addEventListener("pointerdown", (event) => button.setPointerCapture(event.pointerId));
      button.addEventListener("pointermove", (event) => {
        if (button.hasPointerCapture(event.pointerId)) this.setEnd(end, this.placeOf(event), moved);
      });
      button.addEventListener("keydown", (event) => this.step(event, end, moved));
    });
  }

  /** Show a map {axis, field, ...} with codes, both paths, ends and the present code. */
  show(map) {
    Object.assign(this, map);
    this.draw();
  }

  setEnd(end, place, moved) {
    const reach = this.map.axis[this.map.axis.length - 1];
    this.ends[end] = place.map((value) => Math.min(Math.max(value, -reach), reach));
    moved();
  }

  step(event, end, moved) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!steps[event.key]) return;
    event.preventDefault();
    const size = this.map.axis[this.map.axis.length - 1] / 16;
    const place = this.ends[end].map((value, side) => value + steps[event.key][side] * size);
    this.setEnd(end, place, moved);
  }

  placeOf(event) {
    const box = this.canvas.getBoundingClientRect();
    const reach = this.map.axis[this.map.axis.length - 1];
    return [
      reach * ((2 * (event.clientX - box.left)) / box.width - 1),
      reach * (1 - (2 * (event.clientY - box.top)) / box.height),
    ];
  }

  pixelOf([x, y]) {
    const reach = this.map.axis[this.map.axis.length - 1];
    return [(SIDE * (x / reach + 1)) / 2, (SIDE * (1 - y / reach)) / 2];
  }

  draw() {
    const context = this.canvas.getContext("2d");
    context.lineJoin = context.lineCap = "round";
    this.drawValues(context);
    for (const code of this.codes) this.drawDot(context, code, 2.2, WHITE, BLACK);
    this.drawArrows(context);
    this.drawPath(context, this.straight, "#ff3b3f", [14, 10]);
    this.drawPath(context, this.curved, "#35d07f", []);
    this.drawCross(context, this.present);
    this.buttons.forEach((button, end) => {
      const [x, y] = this.pixelOf(this.ends[end]);
      button.style.left = `${(100 * x) / SIDE}%`;
      button.style.top = `${(100 * y) / SIDE}%`;
      const [first, second] = this.ends[end].map((value) => signed(value));
      button.setAttribute("aria-label", `${"AB"[end]} at ${first}, ${second}; arrow keys move it`);
    });
  }

  drawValues(context) {
    const values = this.map[this.kind.value];
    const points = this.map.axis.length;
    const sorted = Float64Array.from(values).sort();
    const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
    const isSigned = this.kind.value !== "magnitude";
    const most = isSigned ? Math.max(Math.abs(at(0.02)), Math.abs(at(0.98)), 1e-9) : at(0.98);
    const least = isSigned ? -most : 0;
    const scale = isSigned ? DIVERGING : SEQUENTIAL;
    const small = new OffscreenCanvas(points, points);
    const picture = small.getContext("2d").createImageData(points, points);
    for (let p = 0; p < points; p++) {
      for (let q = 0; q < points; q++) {
        const place = 4 * ((points - 1 - q) * points + p);
        const share = (values[p * points + q] - least) / (most - least);
        picture.data.set([...colourAt(scale, share), 255], place);
      }
    }
    small.getContext("2d").putImageData(picture, 0, 0);
    const half = SIDE / (points - 1) / 2; // a node lies in the middle of its pixel
    context.drawImage(small, -half, -half, SIDE + 2 * half, SIDE + 2 * half);
    if (isSigned) this.drawZero(context, values, points);
    this.describe(values, scale, least, most);
  }

  /** The line on which values are 0, within each square of four nodes. */
  drawZero(context, values, points) {
    const { axis } = this.map;
    context.beginPath();
    for (let p = 0; p + 1 < points; p++) {
      for (let q = 0; q + 1 < points; q++) {
        const corners = [[p, q], [p + 1, q], [p + 1, q + 1], [p, q + 1]];
        const crossed = corners.flatMap(([i, j], side) => {
          const [k, l] = corners[(side + 1) % 4];
          const one = values[i * points + j], other = values[k * points + l];
          if (one > 0 === other > 0) return [];
          const part = one / (one - other);
          return [[axis[i] + (axis[k] - axis[i]) * part, axis[j] + (axis[l] - axis[j]) * part]];
        });
        for (let i = 0; i + 1 < crossed.length; i += 2) {
          context.moveTo(...this.pixelOf(crossed[i]));
          context.lineTo(...this.pixelOf(crossed[i + 1]));
        }
      }
    }
    this.stroke(context, WHITE, 1.6, []);
  }

  /** From a node to where its code comes back, as far as the next arrow. */
  drawArrows(context) {
    const { axis, field } = this.map;
    const points = axis.length;
    const every = Math.max(1, Math.ceil((points - 1) / (ARROWS - 1)));
    const longest = (axis[1] - axis[0]) * every * 0.9;
    for (let p = 0; p < points; p += every) {
      for (let q = 0; q < points; q += every) {
        const node = 2 * (p * points + q);
        const length = Math.hypot(field[node], field[node + 1]);
        const share = Math.min(1, longest / (length + 1e-12));
        const from = this.pixelOf([axis[p], axis[q]]);
        const to = this.pixelOf([axis[p] + field[node] * share, axis[q] + field[node + 1] * share]);
        context.beginPath();
        context.moveTo(...from);
        context.lineTo(...to);
        this.stroke(context, "rgba(0, 0, 0, 0.75)", 1.3, []);
        this.drawDot(context, null, 2, "rgba(0, 0, 0, 0.75)", null, to);
      }
    }
  }

  drawPath(context, path, colour, dashes) {
    const trace = () => {
      context.beginPath();
      path.forEach((place) => context.lineTo(...this.pixelOf(place)));
    };
    trace();
    this.stroke(context, BLACK, 7, dashes);
    trace();
    this.stroke(context, colour, 4, dashes);
    const along = placeAlong(path, this.share);
    this.drawDot(context, along, 8, colour, BLACK);
  }

  drawCross(context, place) {
    const [x, y] = this.pixelOf(place);
    for (const [colour, width] of [[WHITE, 6], [BLACK, 2.5]]) {
      context.beginPath();
      for (const side of [-1, 1]) {
        context.moveTo(x - 8, y - 8 * side);
        context.lineTo(x + 8, y + 8 * side);
      }
      this.stroke(context, colour, width, []);
    }
  }

  drawDot(context, place, radius, fill, line, pixel = this.pixelOf(place)) {
    context.beginPath();
    context.arc(...pixel, radius, 0, 7);
    context.fillStyle = fill;
    context.fill();
    if (line) this.stroke(context, line, 1, []);
  }

  stroke(context, colour, width, dashes) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dashes);
    context.stroke();
  }

  /** The legend, and the map in words. */
  describe(values, scale, least, most) {
    const legend = this.root.querySelector(".scale");
    const context = legend.getContext("2d");
    for (let i = 0; i < legend.width; i++) {
      context.fillStyle = `rgb(${colourAt(scale, i / (legend.width - 1)).join(" ")})`;
      context.fillRect(i, 0, 1, 1);
    }
    this.root.querySelector(".low").textContent = signed(least);
    this.root.querySelector(".high").textContent = signed(most);
    const name = this.kind.selectedOptions[0].textContent;
    const share = values.filter((value) => value > 0).length / values.length;
    this.canvas.setAttribute("aria-label",
      `Map of ${name} over latent ${this.latents[0]}, horizontal, and latent ${this.latents[1]},` +
      ` vertical; colours from ${signed(least)} to ${signed(most)};` +
      ` positive on ${Math.round(100 * share)} % of it`);
  }
}
