/** What Linux says about the processes below one. */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second, in which /proc counts processor time. */
const TICKS = 100;

/** The processes below one, itself included. */
export function processesBelow(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))!;
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
  const found = [pid];
  for (const one of found) {
    found.push(...parents.filter(({ parent }) => parent === one).map((child) => child.pid));
  }
  return found;
}

/** The workerd processes below one; wrangler starts one for its proxy and one for the Worker. */
export const workerdsBelow = (pid: number): number[] =>
  processesBelow(pid).filter((one) => readFileSync(`/proc/${one}/comm`, "utf8").startsWith("workerd"));

/** Resident memory of a process, in MiB; 0 of one that has ended. */
export const residentOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** Processor time that a process has taken so far, in seconds. */
export function cpuOf(pid: number): number {
  const [, user, system] = /\) \S(?: \S+){10} (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))!;
  return (Number(user) + Number(system)) / TICKS;
}
