// A network of the page's data (see export.py) as two functions.

/** {encode, decode}: arrays of numbers to Float64Array, one image or code at a time. */
function openNetwork(data) {
  return { encode: openPart(data.encode), decode: openPart(data.decode) };
}

function openPart(part) {
  const open = part.layers.map((layer) => LAYERS[layer.layer](layer));
  return (given) => {
    const values = [given];
    part.layers.forEach((layer, i) => {
      values.push(open[i](...layer.of.map((number) => values[number])));
    });
    return Float64Array.from(values[part.output]);
  };
}
