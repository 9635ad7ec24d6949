// The one inner loop that takes the time: products of the rows of two matrices.

/**
 * out[r * stride + first + c] = bias[r] + sum over k of a[r * inner + k] * b[c * inner + k]
 *
 * for r < rows and c < columns. Blocks of 4 x 4 products share what they load; those that stick out
 * at an edge repeat its last row, which writes the same number twice.
 */
function rowProducts(a, rows, b, columns, inner, bias, out, first, stride) {
  for (let r = 0; r < rows; r += 4) {
    const r1 = Math.min(r + 1, rows - 1);
    const r2 = Math.min(r + 2, rows - 1);
    const r3 = Math.min(r + 3, rows - 1);
    const a0 = r * inner, a1 = r1 * inner, a2 = r2 * inner, a3 = r3 * inner;
    for (let c = 0; c < columns; c += 4) {
      const c1 = Math.min(c + 1, columns - 1);
      const c2 = Math.min(c + 2, columns - 1);
      const c3 = Math.min(c + 3, columns - 1);
      const b0 = c * inner, b1 = c1 * inner, b2 = c2 * inner, b3 = c3 * inner;
      let s00 = bias[r], s01 = s00, s02 = s00, s03 = s00;
      let s10 = bias[r1], s11 = s10, s12 = s10, s13 = s10;
      let s20 = bias[r2], s21 = s20, s22 = s20, s23 = s20;
      let s30 = bias[r3], s31 = s30, s32 = s30, s33 = s30;
      for (let k = 0; k < inner; k++) {
        const x0 = a[a0 + k], x1 = a[a1 + k], x2 = a[a2 + k], x3 = a[a3 + k];
        const y0 = b[b0 + k], y1 = b[b1 + k], y2 = b[b2 + k], y3 = b[b3 + k];
        s00 += x0 * y0; s01 += x0 * y1; s02 += x0 * y2; s03 += x0 * y3;
        s10 += x1 * y0; s11 += x1 * y1; s12 += x1 * y2; s13 += x1 * y3;
        s20 += x2 * y0; s21 += x2 * y1; s22 += x2 * y2; s23 += x2 * y3;
        s30 += x3 * y0; s31 += x3 * y1; s32 += x3 * y2; s33 += x3 * y3;
      }
      const o0 = r * stride + first, o1 = r1 * stride + first;
      const o2 = r2 * stride + first, o3 = r3 * stride + first;
      out[o0 + c] = s00; out[o0 + c1] = s01; out[o0 + c2] = s02; out[o0 + c3] = s03;
      out[o1 + c] = s10; out[o1 + c1] = s11; out[o1 + c2] = s12; out[o1 + c3] = s13;
      out[o2 + c] = s20; out[o2 + c1] = s21; out[o2 + c2] = s22; out[o2 + c3] = s23;
      out[o3 + c] = s30; out[o3 + c1] = s31; out[o3 + c2] = s32; out[o3 + c3] = s33;
    }
  }
}
