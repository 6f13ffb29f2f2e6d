/** What is measured, and the most that it may be. */
export interface Bound {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** null where the figure is only reported. */
  readonly most: number | null;
}

/** Prints each figure when it is known, and remembers whether a bound was broken. */
export function createReport() {
  let broken = 0;
  return {
    add({ name, value, unit, most }: Bound): void {
      const holds = most === null || value <= most;
      if (!holds) broken++;
      const bound = most === null ? "" : `  (at most ${most}${holds ? "" : ": BROKEN"})`;
      console.log(`${value.toFixed(2).padStart(9)} ${unit.padEnd(4)} ${name}${bound}`);
    },
    broken: () => broken,
  };
}

export type Report = ReturnType<typeof createReport>;
