// Every layer that is no convolution. An opener takes a layer of the page's data and returns a
// function of its inputs, which overwrites the next time what it returned.

function openGroupNorm(layer) {
  const weight = unpack(layer.weight).values;
  const bias = unpack(layer.bias).values;
  const size = sizeOf(layer.shape);
  const pixels = size / layer.shape[0];
  const count = size / layer.groups;
  const out = new Float64Array(size);
  return (given) => {
    for (let start = 0; start < size; start += count) {
      let mean = 0, variance = 0;
      for (let i = start; i < start + count; i++) mean += given[i] / count;
      for (let i = start; i < start + count; i++) variance += (given[i] - mean) ** 2 / count;
      const scale = 1 / Math.sqrt(variance + layer.epsilon);
      for (let i = start; i < start + count; i++) {
        const channel = Math.floor(i / pixels);
        out[i] = (given[i] - mean) * scale * weight[channel] + bias[channel];
      }
    }
    return out;
  };
}

function openBatchNorm(layer) {
  const [weight, bias, mean, variance] = ["weight", "bias", "mean", "variance"].map(
    (name) => unpack(layer[name]).values
  );
  const pixels = sizeOf(layer.shape) / layer.shape[0];
  return eachOf(layer, (value, i) => {
    const channel = Math.floor(i / pixels);
    const scale = weight[channel] / Math.sqrt(variance[channel] + layer.epsilon);
    return (value - mean[channel]) * scale + bias[channel];
  });
}

const ACTIVATIONS = {
  relu: () => (x) => (x > 0 ? x : 0),
  "leaky-relu": ({ slope }) => (x) => (x > 0 ? x : slope * x),
  elu: ({ alpha, scale, input_scale }) => (x) =>
    scale * (x > 0 ? x : alpha * Math.expm1(x * input_scale)),
  silu: () => (x) => x / (1 + Math.exp(-x)),
  sigmoid: () => (x) => 1 / (1 + Math.exp(-x)),
  tanh: () => Math.tanh,
  exp: () => Math.exp,
  // x tanh(ln(1 + e^x)), whose fraction would be infinite over infinite for large x.
  mish: () => (x) => {
    if (x > 20) return x;
    const e = Math.exp(x);
    const n = e * (e + 2);
    return (x * n) / (n + 2);
  },
};

function openMaxPool(layer) {
  const [channels, height, width] = layer.given;
  const [, rows, columns] = layer.shape;
  const [strideDown, strideRight] = layer.stride;
  const out = new Float64Array(channels * rows * columns);
  return (given) => {
    let place = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const top = row * strideDown - layer.padding[0];
          const left = column * strideRight - layer.padding[1];
          let largest = -Infinity;
          for (let y = Math.max(top, 0); y < Math.min(top + layer.kernel[0], height); y++) {
            for (let x = Math.max(left, 0); x < Math.min(left + layer.kernel[1], width); x++) {
              largest = Math.max(largest, given[(channel * height + y) * width + x]);
            }
          }
          out[place++] = largest;
        }
      }
    }
    return out;
  };
}

/** A number for each channel; `step` adds a value to what was made of those before it. */
function openOverPixels(layer, start, step) {
  const [channels, height, width] = layer.given;
  const pixels = height * width;
  const out = new Float64Array(channels);
  return (given) => {
    for (let channel = 0; channel < channels; channel++) {
      let made = start;
      for (let i = 0; i < pixels; i++) made = step(made, given[channel * pixels + i], pixels);
      out[channel] = made;
    }
    return out;
  };
}

/** For each of `to` pixels in a row the two of `from` that it lies between, and the second's part. */
function bilinearPlaces(from, to) {
  return Array.from({ length: to }, (_, pixel) => {
    const place = Math.max(((pixel + 0.5) * from) / to - 0.5, 0);
    const before = Math.floor(place);
    return [before, Math.min(before + 1, from - 1), place - before];
  });
}

/** Each pixel lies where it does in the larger image: none beside it, and no second's part. */
function nearestPlaces(from, to) {
  return Array.from({ length: to }, (_, pixel) => {
    const place = Math.floor((pixel * from) / to);
    return [place, place, 0];
  });
}

function openUpsampling(layer, places) {
  const [channels, height, width] = layer.given;
  const down = places(height, layer.shape[1]);
  const right = places(width, layer.shape[2]);
  const out = new Float64Array(sizeOf(layer.shape));
  return (given) => {
    let place = 0;
    for (let channel = 0; channel < channels; channel++) {
      const start = channel * height * width;
      for (const [top, bottom, low] of down) {
        const above = start + top * width, below = start + bottom * width;
        for (const [left, beside, far] of right) {
          const over = given[above + left] * (1 - far) + given[above + beside] * far;
          const under = given[below + left] * (1 - far) + given[below + beside] * far;
          out[place++] = over * (1 - low) + under * low;
        }
      }
    }
    return out;
  };
}

const OPERATIONS = {
  add: (one, other) => one + other,
  subtract: (one, other) => one - other,
  multiply: (one, other) => one * other,
  divide: (one, other) => one / other,
};

function openPairwise(layer, operation) {
  const [one, other] = layer.given.map((shape) => broadcast(shape, layer.shape));
  const out = new Float64Array(sizeOf(layer.shape));
  return (left, right) => {
    for (let i = 0; i < out.length; i++) out[i] = operation(left[one[i]], right[other[i]]);
    return out;
  };
}

/** For each value of the larger shape, which of the smaller one goes with it. */
function broadcast(shape, larger) {
  const index = new Int32Array(sizeOf(larger));
  const missing = larger.length - shape.length;
  for (let i = 0; i < index.length; i++) {
    let rest = i, step = 1;
    for (let axis = larger.length - 1; axis >= missing; axis--) {
      const side = shape[axis - missing];
      if (side > 1) index[i] += (rest % larger[axis]) * step;
      step *= side;
      rest = Math.floor(rest / larger[axis]);
    }
  }
  return index;
}

function openConstant(layer) {
  const values = layer.values ? unpack(layer.values).values : Float64Array.of(layer.number);
  return () => values;
}

/** Values after each other. */
function openJoin(layer) {
  const out = new Float64Array(sizeOf(layer.shape));
  return (...inputs) => {
    let place = 0;
    for (const input of inputs) {
      out.set(input, place);
      place += input.length;
    }
    return out;
  };
}

/** Some of the values, named by runs [first, count, step]. */
function openTake(layer) {
  const out = new Float64Array(sizeOf(layer.shape));
  return (given) => {
    let place = 0;
    for (const [first, count, step] of layer.runs) {
      for (let i = 0; i < count; i++) out[place++] = given[first + i * step];
    }
    return out;
  };
}

function eachOf(layer, operation) {
  const out = new Float64Array(sizeOf(layer.shape));
  return (given) => {
    for (let i = 0; i < out.length; i++) out[i] = operation(given[i], i);
    return out;
  };
}

function sizeOf(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

const LAYERS = {
  linear: openLinear,
  convolution: openConvolution,
  "transposed-convolution": openTransposedConvolution,
  "group-norm": openGroupNorm,
  "batch-norm": openBatchNorm,
  "max-pool": openMaxPool,
  "maximum-over-pixels": (layer) =>
    openOverPixels(layer, -Infinity, (most, value) => Math.max(most, value)),
  "mean-over-pixels": (layer) =>
    openOverPixels(layer, 0, (sum, value, pixels) => sum + value / pixels),
  "bilinear-upsampling": (layer) => openUpsampling(layer, bilinearPlaces),
  "nearest-upsampling": (layer) => openUpsampling(layer, nearestPlaces),
  constant: openConstant,
  join: openJoin,
  take: openTake,
};
for (const [name, open] of Object.entries(ACTIVATIONS)) {
  LAYERS[name] = (layer) => eachOf(layer, open(layer));
}
for (const [name, operation] of Object.entries(OPERATIONS)) {
  LAYERS[name] = (layer) => openPairwise(layer, operation);
}
