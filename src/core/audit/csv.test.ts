import { expect, test } from "vitest";
import { outcome } from "../../../test/support/outcomes.ts";
import { writeCsv } from "./csv.ts";

const labels = ["cat", 'dog, "big"', "ship\nor boat"];
const NAMES = "index,label,pixels,target,status,newLabel,probability,queries,certified,changed,problem\r\n";

test("outcomes are lines that end in CRLF, after one of names", () => {
  expect(writeCsv([], labels)).toBe(NAMES);
  const changed = [
    { x: 3, y: 1, from: "#000000", to: "#ff00ff" },
    { x: 0, y: 2, from: "#010203", to: "#00ff00" },
  ];
  const fooled = outcome({ index: 7, label: 0, pixels: 3, status: "fooled", queries: 12, changed });
  const survived = outcome({
    index: 8,
    label: 0,
    pixels: "min",
    status: "survived",
    queries: 40,
    certified: true,
  });
  expect(writeCsv([{ ...fooled, newLabel: 0, probability: 0.75 }, survived], labels)).toBe(
    `${NAMES}7,cat,3,,fooled,cat,0.75,12,false,3 1 #000000 #ff00ff; 0 2 #010203 #00ff00,\r\n` +
      "8,cat,min,,survived,,,40,true,,\r\n",
  );
});

test("values with commas, quotes or line breaks stand in quotes", () => {
  const failed = outcome({
    index: 1,
    label: 1,
    pixels: 1,
    status: "failed",
    queries: 0,
    problem: "It\rbroke.",
  });
  expect(writeCsv([{ ...failed, target: 2 }], labels)).toBe(
    `${NAMES}1,"dog, ""big""",1,"ship\nor boat",failed,,,0,false,,"It\rbroke."\r\n`,
  );
});
