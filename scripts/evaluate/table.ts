/** Figures and tables in Markdown. */
import type { Proportion } from "../../src/core/audit/statistics/wilson.ts";

export const percent = (share: number): string => (share * 100).toFixed(1);
export const whole = (value: number): string => Math.round(value).toLocaleString("en");

export function rate({ count, n, rate, low, high }: Proportion): string {
  return `${percent(rate ?? 0)} % (${count}/${n}) | ${percent(low)}–${percent(high)} %`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
