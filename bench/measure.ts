/** One line of the bench: what it is, how fast, and beside what. */
export interface Figure {
  readonly name: string;
  readonly perSecond: number;
  /** perSecond beside that of the reference, measured in turns in the same run; null for the reference. */
  readonly ratio: number | null;
  /** The part of the time that it takes of a whole, 0…1; null where that says nothing. */
  readonly share: number | null;
  /** Memory that it takes beside the program's own; left out or null where that is not known. */
  readonly mebibytes?: number | null;
}

/** Something to measure: `work` does some of it and returns how much. */
export interface Contestant {
  readonly name: string;
  readonly work: () => number | Promise<number>;
}

const ROUNDS = 7;
const SECONDS_A_ROUND = 0.6;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Seconds since some moment. */
export type Clock = () => number;

export const wallClock: Clock = () => performance.now() / 1000;

/** Time of this process on processors, which others on the machine do not take away. It knows nothing of waiting. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

export interface Rounds {
  readonly count: number;
  /** Seconds of each contestant in each round. */
  readonly seconds: number;
  readonly clock: Clock;
}

async function perSecond({ work }: Contestant, { seconds, clock }: Rounds): Promise<number> {
  const start = clock();
  let done = 0;
  let elapsed = 0;
  do {
    done += await work();
    elapsed = clock() - start;
  } while (elapsed < seconds);
  return done / elapsed;
}

/**
 * Measures contestants in turns, so that a machine whose speed drifts is as fair to each. The ratio is
 * the median of the ratios within a round; the first contestant is the reference.
 */
export async function compare(
  contestants: readonly Contestant[],
  { count = ROUNDS, seconds = SECONDS_A_ROUND, clock = wallClock }: Partial<Rounds> = {},
): Promise<Figure[]> {
  for (const contestant of contestants) await contestant.work();
  const rounds: number[][] = [];
  for (let round = 0; round < count; round++) {
    const speeds: number[] = [];
    for (const contestant of contestants) speeds.push(await perSecond(contestant, { count, seconds, clock }));
    rounds.push(speeds);
  }
  return contestants.map(({ name }, place) => ({
    name,
    perSecond: median(rounds.map((speeds) => speeds[place]!)),
    ratio: place === 0 ? null : median(rounds.map((speeds) => speeds[place]! / speeds[0]!)),
    share: null,
  }));
}
