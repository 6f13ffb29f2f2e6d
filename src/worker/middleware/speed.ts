/** How fast this instance answered requests of late, to say how long another one may take. */

/** The last requests that count. */
const REMEMBERED = 8;
/** A shorter request says little: a Worker's clock does not advance while it computes. */
const LEAST_SECONDS = 0.1;

export interface Speed {
  /** Records a request. @param work in millions of multiply-adds */
  record(work: number, seconds: number): void;
  /** Millions of multiply-adds a second; null until a request was recorded. */
  measured(): number | null;
}

export function createSpeed(): Speed {
  const recent: { readonly work: number; readonly seconds: number }[] = [];
  return {
    record(work, seconds) {
      if (work <= 0 || seconds < LEAST_SECONDS) return;
      recent.push({ work, seconds });
      if (recent.length > REMEMBERED) recent.shift();
    },
    measured() {
      if (recent.length === 0) return null;
      const total = (part: "work" | "seconds") => recent.reduce((sum, each) => sum + each[part], 0);
      return total("work") / total("seconds");
    },
  };
}
