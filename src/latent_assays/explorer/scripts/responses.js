// Latent responses (Leeb et al., 2022): h(z) = encode(decode(z)), eq. 6, and their matrix, eq. 8.

/** z -> h(z), of a network that takes single precision. */
function responseOf(network) {
  return (code) => network.encode(network.decode(Float64Array.from(code, Math.fround)));
}

/**
 * The response matrix of some interventions after each other, with its standard error.
 *
 * M_jk^2 = 1/2 E[(h_k(z with z_j replaced) - h_k(z))^2], row j = the latent replaced, column k = the
 * latent that responds, as `response_matrix` of the package does; the error is by the delta method.
 */
class ResponseMatrix {
  constructor(respond, latents) {
    this.respond = respond;
    this.latents = latents;
    this.samples = 0;
    this.total = new Float64Array(latents * latents);
    this.totalOfSquares = new Float64Array(latents * latents);
  }

  /** Replace each latent of a base code z by that of `replacement`, one at a time. */
  intervene(base, replacement) {
    const before = this.respond(base);
    for (let j = 0; j < this.latents; j++) {
      const code = Float64Array.from(base);
      code[j] = replacement[j];
      this.respond(code).forEach((after, k) => {
        const half = (after - before[k]) ** 2 / 2;
        this.total[j * this.latents + k] += half;
        this.totalOfSquares[j * this.latents + k] += half ** 2;
      });
    }
    this.samples += 1;
  }

  /** {matrix, error, samples} of all interventions so far, at least 2. */
  result() {
    const mean = this.total.map((sum) => sum / this.samples);
    const matrix = mean.map(Math.sqrt);
    const error = matrix.map((root, i) => {
      const spread = Math.max(this.totalOfSquares[i] / this.samples - mean[i] ** 2, 0);
      return root > 0 ? Math.sqrt(spread / (this.samples - 1)) / (2 * root) : 0;
    });
    return { matrix, error, samples: this.samples };
  }
}

/** Numbers from [0, 1), the same for the same seed (the generator mulberry32). */
function uniformDraws(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(seed ^ (seed >>> 15), seed | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A base code and replacements of all of its latents: draws from the prior N(0,I), or, where there
 * are `codes` (rows of so many latents), a row of them and each latent of a row of its own.
 */
function drawIntervention(latents, uniform, codes) {
  const row = () => Math.floor(uniform() * (codes.length / latents)) * latents;
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const each = (draw) => Float64Array.from({ length: latents }, (_, j) => draw(j));
  if (!codes) return { base: each(normal), replacement: each(normal) };
  const start = row();
  return { base: each((j) => codes[start + j]), replacement: each((j) => codes[row() + j]) };
}
