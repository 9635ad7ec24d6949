// The response matrix as a table of squares; a cell opens the map of its two latents.

class MatrixTable {
  /** `choose(row, column)` is called when a person chooses a cell. */
  constructor(root, latents, choose) {
    this.root = root;
    this.latents = latents;
    this.reading = root.querySelector(".reading");
    const table = root.querySelector(".matrix");
    table.style.setProperty("--latents", latents + 1);
    const numbers = Array.from({ length: latents }, (_, k) => k);
    const heads = numbers.map((k) => `<th scope="col">${k}</th>`).join("");
    table.tHead.innerHTML = `<tr><td></td>${heads}</tr>`;
    const cells = '<td><button type="button" tabindex="-1" disabled><i></i></button></td>';
    table.tBodies[0].innerHTML = numbers
      .map((j) => `<tr><th scope="row">${j}</th>${cells.repeat(latents)}</tr>`)
      .join("");
    this.buttons = [...table.querySelectorAll("button")];
    this.buttons[0].tabIndex = 0;
    this.buttons.forEach((button, i) => {
      const place = [Math.floor(i / latents), i % latents];
      button.addEventListener("click", () => choose(...place));
      button.addEventListener("keydown", (event) => this.step(event, i));
      for (const kind of ["focus", "pointerenter"]) {
        button.addEventListener(kind, () => (this.reading.textContent = button.getAttribute("aria-label")));
      }
    });
  }

  show({ matrix, error, samples }) {
    this.matrix = matrix;
    const largest = Math.max(...matrix, 1e-9);
    this.buttons.forEach((button, i) => {
      const [j, k] = [Math.floor(i / this.latents), i % this.latents];
      button.disabled = false;
      button.setAttribute("aria-label",
        `Move latent ${j}: latent ${k} answers by ${matrix[i].toFixed(2)}` +
        ` (standard error ${error[i].toFixed(2)})`);
      button.firstChild.style.setProperty("--share", (matrix[i] / largest).toFixed(3));
    });
    this.root.dataset.samples = samples;
    this.root.querySelector(".progress").textContent =
      `From ${samples} interventions on each latent; standard errors up to` +
      ` ${Math.max(...error).toFixed(2)}; the largest square is ${largest.toFixed(2)}.`;
  }

  /** Light up the row of the latent that is moved. */
  light(moved) {
    this.rows ??= [...this.root.querySelectorAll(".matrix tbody tr")];
    this.rows.forEach((row, j) => row.classList.toggle("moved", j === moved));
  }

  mark(first, second) {
    this.buttons.forEach((button, i) => {
      const isOpen = i === first * this.latents + second;
      button.parentElement.classList.toggle("open", isOpen);
      button.setAttribute("aria-pressed", isOpen);
    });
  }

  /** Of a latent, the other one that it is most coupled with, by the smaller of M_jk and M_kj. */
  partnerOf(latent) {
    const coupling = (k) =>
      Math.min(this.matrix[latent * this.latents + k], this.matrix[k * this.latents + latent]);
    const others = Array.from({ length: this.latents }, (_, k) => k).filter((k) => k !== latent);
    return others.reduce((best, k) => (coupling(k) > coupling(best) ? k : best));
  }

  /** Arrow keys go from cell to cell. */
  step(event, i) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!moves[event.key]) return;
    event.preventDefault();
    const within = (value) => Math.min(Math.max(value, 0), this.latents - 1);
    const j = within(Math.floor(i / this.latents) + moves[event.key][0]);
    const k = within((i % this.latents) + moves[event.key][1]);
    this.buttons[i].tabIndex = -1;
    const next = this.buttons[j * this.latents + k];
    next.tabIndex = 0;
    next.focus();
  }
}
