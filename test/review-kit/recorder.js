// In the page that records: a canvas with what the app's page shows, and the popup before its middle, as a WebM. The functions are
// global, because the process that drives this page calls them.

/** The last frame of each. */
const layers = { page: undefined, popup: undefined };
const chunks = [];
let recorder;
let redrawing;

function startRecording(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  document.body.append(canvas);
  recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm;codecs=vp8' });
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  // A canvas that does not change gives no frames, and the steps that stand still would be cut out.
  redrawing = setInterval(() => draw(canvas), 100);
  recorder.start();
}

function draw(canvas) {
  const { width, height } = canvas;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  if (layers.page) pen.drawImage(layers.page, 0, 0, width, height);
  if (!layers.popup) return;
  pen.fillStyle = '#0008';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(layers.popup, (width - layers.popup.width) / 2, (height - layers.popup.height) / 2);
}

async function show(layer, png) {
  layers[layer] = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
}

function closePopup() {
  layers.popup = undefined;
}

/** Resolves to the WebM in base64. */
async function finish() {
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  clearInterval(redrawing);
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

Object.assign(window, { startRecording, show, closePopup, finish });
