// An explorer: one network, its images, and what one does with them.

class Explorer {
  constructor(root, number) {
    const data = JSON.parse(root.querySelector("script").textContent);
    root.append(document.getElementById("latent-explorer").content.cloneNode(true));
    Object.assign(this, { root, data, name: `explorer-${number}` });
    const { values, shape } = unpack(data.codes);
    this.allCodes = values;
    this.codes = Array.from({ length: shape[0] }, (_, n) =>
      values.subarray(n * shape[1], (n + 1) * shape[1])
    );
    this.images = openImages(data);
    this.find(".title").textContent = data.title;
    this.find(".sources").textContent = data.sources.join(" ");
    this.live = this.helper();
    this.want = latestOnly(
      (given) => this.live.ask("answer", given),
      (found, given) => this.use(found, given)
    );
    this.sliders = new Sliders(this.find(".latents"), data.ranges, this.name, (latent, value) =>
      this.move(latent, value)
    );
    this.table = new MatrixTable(this.find(".responses"), data.latents, (j, k) => this.open(j, k));
    this.walk = new Walk(
      this.find(".map"), data, this.codes,
      (given) => this.live.ask("answer", given),
      (canvas, image) => this.draw(canvas, image)
    );
    this.find(".reset").addEventListener("click", () => this.choose(this.chosen));
    this.showThumbnails();
    this.choose(0);
    this.showMatrix();
    if (data.map) this.showMap(data.map);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  helper() {
    return new Helper(this.data.network, (message) => {
      this.find(".trouble").hidden = false;
      this.find(".trouble").textContent = `This browser could not compute the network: ${message}`;
    });
  }

  draw(canvas, image) {
    drawPicture(canvas, image, this.data.imageShape, this.images);
  }

  showThumbnails() {
    this.data.alternatives.forEach((words, n) => {
      const label = this.find(".thumbnails").appendChild(document.createElement("label"));
      label.innerHTML = '<input type="radio"><canvas></canvas>';
      const [input, canvas] = label.children;
      Object.assign(input, { name: `${this.name}-image`, value: n, checked: n === 0 });
      input.setAttribute("aria-label", words);
      input.addEventListener("change", () => this.choose(n));
      this.draw(canvas, this.images[n]);
    });
  }

  /** Start from an image: its own code, and nothing moved. */
  choose(n) {
    Object.assign(this, { chosen: n, moved: null, code: null, before: null, turn: {} });
    this.draw(this.find(".given"), this.images[n]);
    this.find(".given").setAttribute("aria-label", `Start: ${this.data.alternatives[n]}`);
    this.want({ image: this.images[n], turn: this.turn });
  }

  /** A latent is moved. Answers are against the code before it was, not against the image's own. */
  move(latent, value) {
    if (!this.code) return;
    if (latent !== this.moved) {
      Object.assign(this, { moved: latent, turn: {}, before: null });
      this.reference = Float64Array.from(this.code);
    }
    this.code[latent] = value;
    this.sliders.place(this.code);
    const codes = [Float64Array.from(this.code)];
    if (!this.before) codes.unshift(this.reference);
    this.want({ codes, turn: this.turn });
  }

  /** Show an answer, unless the person went on to something else meanwhile. */
  use(found, { turn }) {
    if (turn !== this.turn) return;
    const now = found[found.length - 1];
    if (!this.code) {
      this.code = Float64Array.from(now.code);
      this.sliders.place(this.code);
    }
    this.before ??= found[0];
    const { before, moved: latent } = this;
    const change = now.response.map((value, k) => value - before.response[k]);
    const by = latent === null ? 0 : now.code[latent] - before.code[latent];
    this.sliders.answer(change, latent, by);
    this.find(".says").textContent = answerInWords(change, latent, by);
    this.draw(this.find(".before"), before.decoded);
    this.draw(this.find(".now"), now.decoded);
    this.find(".before").setAttribute("aria-label", "Decoded image before the latent was moved");
    this.find(".now").setAttribute("aria-label", `Decoded image now; ${difference(before.decoded, now.decoded)}`);
    this.table.light(latent);
    this.walk.stand(now.code);
    this.root.dataset.answers = Number(this.root.dataset.answers ?? 0) + 1;
  }

  /** The matrix of the page's data, or one computed beside the page. */
  showMatrix() {
    const { matrix, latents, prior } = this.data;
    if (matrix) {
      const [values, error] = [matrix.matrix, matrix.error].map((packed) => unpack(packed).values);
      return this.table.show({ matrix: values, error, samples: matrix.samples });
    }
    this.find(".progress").textContent = "Being computed.";
    const helper = this.helper();
    const show = (result) => this.table.show(result);
    const codes = prior ? null : this.allCodes;
    return helper.ask("matrix", { latents, codes }, show).then((result) => {
      show(result);
      helper.stop();
    });
  }

  /** Map two latents: those of a cell, or of a diagonal one the latent and its nearest partner. */
  open(j, k) {
    if (this.data.latents < 2 || !this.code) return;
    const latents = [j, j === k ? this.table.partnerOf(j) : k];
    this.table.mark(j, k);
    const base = Float64Array.from(this.code);
    const extent = this.walk.begin(latents, base, "as the sliders stood when the cell was chosen");
    this.mapper?.stop();
    this.mapper = this.helper();
    const take = (field) => this.walk.take(field);
    this.find(".where").textContent = "Being computed, coarse first.";
    this.mapper.ask("map", { base, latents, extent }, take).then(() => this.mapper.stop());
  }

  /** The map of the page's data. */
  showMap({ latents, base, points, extent, field }) {
    const others = "as in the code nearest to the mean of all codes";
    this.walk.begin(latents, Float64Array.from(base), others);
    this.walk.take({ points, extent, field: unpack(field).values });
    this.table.mark(...latents);
  }
}

function difference(before, now) {
  const sum = now.reduce((total, value, i) => total + Math.abs(value - before[i]), 0);
  return `its values differ from before by ${(sum / now.length).toFixed(3)} on average`;
}

if (typeof document !== "undefined") {
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      new Explorer(target, [...document.querySelectorAll(".latent-explorer")].indexOf(target));
    }
  }, { rootMargin: "400px" });
  document.querySelectorAll(".latent-explorer").forEach((root) => observer.observe(root));
}
