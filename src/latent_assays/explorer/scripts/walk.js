// The map of a pair of latents with its two paths, and the walk along them.

const TEMPERATURE = 0.1; // of the landscape, as in the released code
const STRAIGHT_POINTS = 60;
const PRIOR_EXTENT = 2;

class Walk {
  /** `answer(codes)` gives what codes decode to; `draw(canvas, image)` shows an image. */
  constructor(root, data, codes, answer, draw) {
    Object.assign(this, { root, data, codes, draw });
    this.plane = new Plane(root, () => this.follow());
    this.range = root.querySelector(".share");
    this.range.addEventListener("input", () => this.step());
    this.playButton = root.querySelector(".play");
    this.playButton.addEventListener("click", () => this.play(!this.timer));
    this.want = latestOnly(answer, (found) => this.showPictures(found));
  }

  /** Begin with a pair, and the others as in `base`, in words `others`; gives where its map ends. */
  begin(latents, base, others) {
    Object.assign(this, { latents, base, others, map: null, ends: null });
    this.present = this.onPlane(base);
    this.root.querySelector(".mapped").hidden = true;
    this.play(false);
    this.onMap = this.codes.map((code) => this.onPlane(code));
    this.root.querySelector(".axes").textContent =
      `Horizontal: latent ${latents[0]}. Vertical: latent ${latents[1]}.`;
    return this.extent();
  }

  onPlane(code) {
    return this.latents.map((latent) => code[latent]);
  }

  /** 2 where the prior is N(0,I), as in the paper; else as far as nearly all codes of the pair. */
  extent() {
    if (this.data.prior) return PRIOR_EXTENT;
    const sizes = Float64Array.from(this.onMap.flat(), Math.abs).sort();
    return sizes[Math.round(0.99 * (sizes.length - 1))] || PRIOR_EXTENT;
  }

  /** Take a field, a finer one than before. */
  take({ points, extent, field }) {
    const axis = axisOf(points, extent);
    const step = axis[1] - axis[0];
    const curvature = curvatureOf(field, points, step);
    const divergence = divergenceOf(field, points, step);
    this.map = { axis, field, curvature, divergence, magnitude: magnitudeOf(field) };
    const inside = this.onMap.filter((place) => place.every((value) => Math.abs(value) <= extent));
    this.inside = inside.length ? inside : [[0, 0]];
    this.ends ??= this.firstEnds(extent);
    this.root.querySelector(".mapped").hidden = false;
    this.root.dataset.points = points;
    this.root.querySelector(".where").textContent =
      `Latents ${this.latents.join(" and ")}, ${points} × ${points} nodes from −${extent.toFixed(2)}` +
      ` to ${extent.toFixed(2)}; the other latents ${this.others}.`;
    this.follow();
  }

  /** A: the present code, or the edge nearest to it. B: the code on the map farthest from A. */
  firstEnds(extent) {
    const a = this.present.map((value) => Math.min(Math.max(value, -extent), extent));
    const far = (one, other) => (distance(other, a) > distance(one, a) ? other : one);
    return [a, this.inside.reduce(far)];
  }

  /** Find both paths between the ends, and show where one stands. */
  follow() {
    this.straight = straightPath(...this.ends, STRAIGHT_POINTS);
    this.curved = manifoldPath(this.map, ...this.ends, TEMPERATURE);
    const rows = [["straight", this.straight], ["curved", this.curved]].map(([name, path]) => {
      const found = pathNumbers(path, this.map, this.inside);
      const { length, curvature, distance: far } = found;
      const cells = [length.toFixed(2), signed(curvature), far.toFixed(3)];
      return `<tr><th scope="row">${name}</th><td>${cells.join("</td><td>")}</td></tr>`;
    });
    this.root.querySelector(".numbers tbody").innerHTML = rows.join("");
    this.step();
  }

  /** Draw the map, and ask for the images at the same share of both paths. */
  step() {
    const share = this.range.value / 100;
    this.plane.show({ ...this.shown(), share });
    this.range.setAttribute("aria-valuetext", `${this.range.value} % of the way`);
    const places = [this.straight, this.curved].map((path) => placeAlong(path, share));
    this.want({ codes: places.map((place) => this.codeAt(place)) });
  }

  shown() {
    const { map, latents, ends, straight, curved, present } = this;
    return { map, latents, ends, straight, curved, present, codes: this.inside };
  }

  codeAt(place) {
    const code = Float64Array.from(this.base);
    this.latents.forEach((latent, side) => (code[latent] = place[side]));
    return code;
  }

  showPictures(found) {
    [".straight", ".curved"].forEach((name, i) => {
      const canvas = this.root.querySelector(`${name} canvas`);
      this.draw(canvas, found[i].decoded);
      canvas.setAttribute("aria-label", `Decoded image at ${this.range.value} % of the ${name.slice(1)} path`);
    });
    this.root.dataset.walked = Number(this.root.dataset.walked ?? 0) + 1;
  }

  /** The code of the sliders moved. */
  stand(code) {
    if (!this.map) return;
    this.present = this.onPlane(code);
    this.plane.show({ ...this.shown(), share: this.range.value / 100 });
  }

  play(isPlaying) {
    clearInterval(this.timer);
    this.timer = isPlaying ? setInterval(() => this.tick(), 80) : null;
    this.playButton.textContent = isPlaying ? "Stop" : "Play";
    this.playButton.setAttribute("aria-pressed", isPlaying);
  }

  tick() {
    if (Number(this.range.value) >= 100) this.range.value = 0;
    this.range.value = Number(this.range.value) + 2;
    this.step();
    if (Number(this.range.value) >= 100) this.play(false);
  }
}
