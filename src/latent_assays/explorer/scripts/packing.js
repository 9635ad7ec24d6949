// Arrays that stand in the page as text (see packing.py).

/** {type, shape, data} to {shape, values}: values as doubles, or as bytes where they are bytes. */
function unpack(packed) {
  const text = atob(packed.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const openers = {
    uint8: () => bytes,
    float16: () => Float64Array.from(new Uint16Array(bytes.buffer), halfToNumber),
    float32: () => Float64Array.from(new Float32Array(bytes.buffer)),
  };
  return { shape: packed.shape, values: openers[packed.type]() };
}

/** The number that 16 bits of half precision stand for; not for infinities and NaN. */
function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
