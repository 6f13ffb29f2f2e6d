/** What the pages that the Worker writes have in common: one file each, which loads nothing but images. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLE } from "./web-page-style.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** @param body the content of the page's main element */
export function webPage(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** Allows a page nothing but its own style sheet and images from the service. */
export async function contentSecurityPolicy(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return (
    `default-src 'none'; img-src 'self' data:; style-src 'sha256-${hash}'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  );
}
