import { describe, expect, test } from "vitest";
import { colourDifference, contrastWithWhite, SIGHTS } from "../../../test/support/colour.ts";
import { fc } from "../../../test/support/property.ts";
import { proportion } from "../../core/audit/statistics/wilson.ts";
import { drawBadge } from "./draw.ts";
import { BADGE_COLORS, plainBadge, rateBadge, shieldsEndpoint } from "./message.ts";

const width = (svg: string) => Number(/ width="(\d+)"/.exec(svg)?.[1]);

describe("what a badge says", () => {
  test("is the rate, its interval and n", () => {
    expect(rateBadge(1, proportion(270, 1000)).message).toBe("1px: 27% fooled (24–30, n=1000)");
    expect(rateBadge(5, proportion(2, 1000)).message).toBe("5px: 0.2% fooled (0.1–0.7, n=1000)");
    expect(rateBadge(5, proportion(996, 1000)).message).toBe("5px: 99.6% fooled (99–99.8, n=1000)");
    expect(rateBadge(5, proportion(200, 200)).message).toBe("5px: 100% fooled (98–100, n=200)");
    expect(rateBadge("min", proportion(0, 200)).message).toBe("any px: 0% fooled (0–2, n=200)");
    expect(rateBadge(3, proportion(0, 0)).message).toBe("3px: no image classified correctly");
  });

  test("is neutral below 100 images and without a figure, and graded by the rate otherwise", () => {
    const neutral = plainBadge("not audited").color;
    expect(rateBadge(1, proportion(99, 99)).color).toBe(neutral);
    expect(rateBadge(1, proportion(0, 0)).color).toBe(neutral);
    const colors = [4, 5, 20, 50, 100].map((count) => rateBadge(1, proportion(count, 100)).color);
    expect(colors).toEqual(["#084a83", "#1f78c8", "#a85c00", "#6b2000", "#6b2000"]);
  });

  test("goes to the shields.io endpoint with its own keys only", () => {
    expect(shieldsEndpoint(plainBadge("not audited"))).toEqual({
      schemaVersion: 1,
      label: "pixel attack",
      message: "not audited",
      color: "#737373",
    });
  });

  test("stands on colours that carry white text and differ for every kind of sight", () => {
    for (const [at, color] of BADGE_COLORS.entries()) {
      expect(contrastWithWhite(color)).toBeGreaterThanOrEqual(4.5);
      for (const other of BADGE_COLORS.slice(0, at)) {
        for (const sight of SIGHTS) expect(colourDifference(color, other, sight)).toBeGreaterThan(20);
      }
    }
  });
});

describe("a drawn badge", () => {
  // Widths that shields' own renderer (badge-maker 6.0.0, style flat) gives the same texts.
  test.each([
    ["pixel attack", "1px: 27% fooled (24–30, n=1000)", 276],
    ["pixel attack", "not audited", 146],
    ["build", "passing", 88],
    ["", "message alone", 93],
  ])("of %j and %j is %i pixels wide", (label, message, pixels) => {
    expect(width(drawBadge({ label, message, color: "#737373" }, "flat"))).toBe(pixels);
  });

  test("gives a character that it cannot measure the room of an m", () => {
    const of = (message: string) => width(drawBadge({ label: "", message, color: "#737373" }, "flat"));
    expect(of("ωωωω")).toBe(of("mmmm"));
  });

  test.each(["flat", "flat-square"] as const)("names itself, in style %s", (style) => {
    const svg = drawBadge(plainBadge("not audited"), style);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="20" /);
    expect(svg).toContain('role="img" aria-label="pixel attack: not audited"');
    expect(svg).toContain("<title>pixel attack: not audited</title>");
    expect(svg.includes("linearGradient")).toBe(style === "flat");
  });

  test("escapes whatever it is given: the same elements stand whatever the text says", () => {
    const tags = (svg: string) => svg.match(/<[^>]*?[ />]/g);
    const harmless = tags(drawBadge({ label: "a", message: "b", color: "#737373" }, "flat"));
    const nasty = fc.array(fc.constantFrom("<", ">", '"', "'", "&", "]]>", "<!--", "\u0000", "\ud800", "a"), {
      minLength: 1,
    });
    fc.assert(
      fc.property(nasty, nasty, (label, message) => {
        const svg = drawBadge({ label: label.join(""), message: message.join(""), color: "#737373" }, "flat");
        expect(tags(svg)).toEqual(harmless);
        expect(svg).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
        expect(svg).not.toContain("\u0000");
        expect(svg.isWellFormed()).toBe(true);
      }),
    );
  });
});
