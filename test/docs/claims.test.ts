/** A corner certificate says that no corner colour fools the classifier. It says nothing about other colours. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));

const files = [
  "README.md",
  "CHANGELOG.md",
  ...filesIn("docs", /\.md$/),
  ...filesIn("models", /\.md$/),
  ...filesIn("src", /\.tsx?$/),
  ...filesIn("scripts", /\.ts$/),
];

/** The sentences of a text; line breaks, comment marks and the seams of concatenated strings are no part of them. */
function sentences(text: string): string[] {
  return text
    .replaceAll(/["`] \+\n\s*["`]/g, "")
    .replaceAll(/\n\s*(?:\*|\/\/)?\s?/g, " ")
    .split(/[.!?:;](?=[\s"`<]|$)/);
}

const subject = /certificate|certified|corner/i;
const claim = /\bcertain(ly)?\b|\bproof\b|\bprove[sdn]?\b|\bguarantee|\bonly a certificate\b/i;
const denial = /\b(no|not|nothing)\b/i;

function overclaims(text: string): string[] {
  return sentences(text).filter(
    (sentence) => subject.test(sentence) && claim.test(sentence) && !denial.test(sentence),
  );
}

test("the check finds a claim that is too wide, and lets its denial pass", () => {
  expect(overclaims("With a corner scan,\nthat is certainly so.")).toHaveLength(1);
  expect(overclaims("A certificate is a proof for corner colours. Yes.")).toHaveLength(1);
  expect(overclaims('"A certificate is not " +\n  "a proof."')).toEqual([]);
});

test.each(files)("%s claims no more of corner certificates than they say", (file) => {
  const text = readFileSync(file, "utf8");
  expect(overclaims(text)).toEqual([]);
  expect(text).not.toMatch(/one pixel is certainly|out of reach for certain|no single pixel fools/i);
});
