// Convolutions and linear layers. Features are (channels, height, width), one after the other.

const TILE = 64; // pixels whose surroundings lie side by side at once: they stay in a cache

function openLinear(layer) {
  const { shape: [outputs, inputs], values: weight } = unpack(layer.weight);
  const bias = unpack(layer.bias).values;
  const out = new Float64Array(outputs);
  return (given) => {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o];
      for (let i = 0, w = o * inputs; i < inputs; i++, w++) sum += weight[w] * given[i];
      out[o] = sum;
    }
    return out;
  };
}

function openConvolution(layer) {
  const { shape: [outputs, inputs, high, wide], values: weight } = unpack(layer.weight);
  const bias = unpack(layer.bias).values;
  const [, height, width] = layer.given;
  const [, rows, columns] = layer.shape;
  const inner = inputs * high * wide;
  const patches = new Float64Array(TILE * inner);
  const out = new Float64Array(outputs * rows * columns);

  /** What the kernel sees of one output pixel; 0 beyond the edges. */
  function gather(given, row, column, place) {
    const top = row * layer.stride[0] - layer.padding[0];
    const left = column * layer.stride[1] - layer.padding[1];
    for (let channel = 0; channel < inputs; channel++) {
      for (let i = 0; i < high; i++) {
        const y = top + i * layer.dilation[0];
        const from = (channel * height + y) * width;
        for (let j = 0; j < wide; j++) {
          const x = left + j * layer.dilation[1];
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          patches[place++] = inside ? given[from + x] : 0;
        }
      }
    }
  }

  return (given) => {
    const pixels = rows * columns;
    for (let first = 0; first < pixels; first += TILE) {
      const count = Math.min(TILE, pixels - first);
      for (let t = 0; t < count; t++) {
        const pixel = first + t;
        gather(given, Math.floor(pixel / columns), pixel % columns, t * inner);
      }
      rowProducts(weight, outputs, patches, count, inner, bias, out, first, pixels);
    }
    return out;
  };
}

/** Every input pixel adds a kernel's worth of output pixels. */
function openTransposedConvolution(layer) {
  const { shape: [inputs, outputs, high, wide], values } = unpack(layer.weight);
  const bias = unpack(layer.bias).values;
  const [, height, width] = layer.given;
  const [, rows, columns] = layer.shape;
  const pixels = height * width;
  const kernel = outputs * high * wide;
  const weight = transposed(values, inputs, kernel, new Float64Array(values.length));
  const byPixel = new Float64Array(pixels * inputs);
  const stamps = new Float64Array(kernel * pixels);
  const nothing = new Float64Array(kernel);
  const out = new Float64Array(outputs * rows * columns);

  function stamp(channel, i, j, from) {
    for (let row = 0; row < height; row++) {
      const y = row * layer.stride[0] - layer.padding[0] + i;
      if (y < 0 || y >= rows) continue;
      const to = (channel * rows + y) * columns;
      for (let column = 0; column < width; column++) {
        const x = column * layer.stride[1] - layer.padding[1] + j;
        if (x >= 0 && x < columns) out[to + x] += stamps[from + row * width + column];
      }
    }
  }

  return (given) => {
    transposed(given, inputs, pixels, byPixel);
    rowProducts(weight, kernel, byPixel, pixels, inputs, nothing, stamps, 0, pixels);
    for (let channel = 0; channel < outputs; channel++) {
      const to = channel * rows * columns;
      out.fill(bias[channel], to, to + rows * columns);
      for (let i = 0; i < high; i++) {
        for (let j = 0; j < wide; j++) {
          stamp(channel, i, j, ((channel * high + i) * wide + j) * pixels);
        }
      }
    }
    return out;
  };
}

/** (rows, columns) to (columns, rows). */
function transposed(matrix, rows, columns, out) {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = matrix[r * columns + c];
  }
  return out;
}
