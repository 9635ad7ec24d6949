// Images and points of the data on canvases.

/** Values (channels, height, width) in [0,1] as pixels; one value a channel as a point in space. */
function drawPicture(canvas, values, [channels, height, width], cloud) {
  if (height === 1 && width === 1) return drawPoint(canvas, values, cloud);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const pixels = height * width;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      picture.data[4 * i + c] = Math.round(255 * values[Math.min(c, channels - 1) * pixels + i]);
    }
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/** A point among those of the data: its first two coordinates, and the third to the back. */
function drawPoint(canvas, point, cloud) {
  const side = 160;
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const reach = Math.max(...cloud.flatMap((one) => Array.from(one, Math.abs)), 1e-9) * 1.6;
  const place = ([x, y = 0, z = 0]) => [
    side * (0.5 + (x + 0.45 * y) / (2 * reach)),
    side * (0.5 - ((point.length > 2 ? z : 0) + (point.length > 2 ? 0.45 : 1) * y) / (2 * reach)),
  ];
  context.fillStyle = "#8a929b";
  for (const one of cloud) context.fillRect(...place(one).map((v) => v - 1), 2, 2);
  context.fillStyle = "#e2570d";
  context.beginPath();
  context.arc(...place(point), 6, 0, 7);
  context.fill();
}

/** An image (height, width, channels) of bytes, or a vector, as the network takes it. */
function asInput(values, [channels, height, width], isBytes) {
  const out = new Float64Array(values.length);
  const pixels = height * width;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels; c++) {
      out[c * pixels + i] = values[i * channels + c] / (isBytes ? 255 : 1);
    }
  }
  return out;
}

/** The images of the page's data, each as the network takes it. */
function openImages(data) {
  const { shape, values } = unpack(data.images);
  const size = values.length / shape[0];
  return Array.from({ length: shape[0] }, (_, n) =>
    asInput(values.subarray(n * size, (n + 1) * size), data.imageShape, data.images.type === "uint8")
  );
}

/** A colour between those of a scale, at a share of it; as "rgb(...)" takes it. */
function colourAt(scale, share) {
  const place = Math.min(Math.max(share, 0), 1) * (scale.length - 1);
  const before = Math.min(Math.floor(place), scale.length - 2);
  return scale[before].map((one, c) => one + (scale[before + 1][c] - one) * (place - before));
}

const SEQUENTIAL = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const DIVERGING = [[33, 71, 140], [112, 160, 208], [236, 236, 236], [222, 146, 82], [132, 54, 8]];

/** A number with its sign, for people. */
function signed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}
