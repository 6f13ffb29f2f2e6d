/** Phrases that were removed because a reader would stop at them: quaint, archaic, or translated word by word. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesBelow } from "../support/imports.ts";

const banned = [
  "gives way",
  "bettered",
  "is not to be had",
  "may be had",
  "nobody's choice",
  "requests that compute",
  "this is a airplane",
  "can be made airplane",
  "the search found no way on",
  "verified on the very picture",
  "it holds: ",
  "under each rate stand",
  "the stronger, the more",
  "left out, the",
  "left out, \\d",
  "at all events",
  "of the kind that",
  "it is told",
  "do not compare",
  "is said to be json",
  "did not foresee",
  "is in no rate",
  "are in no rate",
  "stands behind a badge",
  "keep others out",
  "as often as he likes",
  "costs much",
  "goes on from there",
  "tells the truth",
  "for want of",
  "stand in `wrangler\\.toml`",
  "cannot be asked",
  "could not be asked",
  "answered what is not",
];

const texts = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "action.yml",
  ...filesBelow("docs").filter((file) => file.endsWith(".md")),
  ...filesBelow("models").filter((file) => file.endsWith("README.md")),
  ...filesBelow("examples"),
  ...filesBelow("src").filter((file) => /\.(tsx?|html)$/.test(file)),
  ...filesBelow("assembly").filter((file) => file.endsWith(".ts")),
];

/** A text with line breaks and comment marks removed, so that a phrase is found over several lines. */
const inOneLine = (text: string): string => text.replaceAll(/\s*\n\s*(?:\*|\/\/|#)?\s*/g, " ");

const phrase = new RegExp(banned.map((each) => `\\b${each}`).join("|"), "i");

test("a phrase is found over a line break in a comment", () => {
  expect(phrase.test(inOneLine("// Left\n// out, the default."))).toBe(true);
  expect(phrase.test(inOneLine("/** Default: the first.\n */"))).toBe(false);
});

test.each(texts)("%s has none of the banned phrases", (file) => {
  expect(phrase.exec(inOneLine(readFileSync(file, "utf8")))?.[0]).toBeUndefined();
});
