// Node, browsers and workerd all have it; declared here so that the core needs no host's types.
declare const crypto: {
  readonly subtle: { digest(name: "SHA-256", data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};

/** SHA-256, hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
