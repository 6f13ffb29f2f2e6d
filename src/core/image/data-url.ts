/** Characters made in one call: each is an argument on the stack, which holds about 125,000. */
const CHUNK = 0x8000;

/** PNG bytes of any length as a `data:` URL. */
export function pngDataUrl(png: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < png.length; at += CHUNK) {
    binary += String.fromCharCode(...png.subarray(at, at + CHUNK));
  }
  return `data:image/png;base64,${btoa(binary)}`;
}
