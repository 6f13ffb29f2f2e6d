import { reserve } from "../memory";

// The memory of queried candidates: candidate → loss, so that no candidate is ever queried
// twice. Entries are appended in the order of the queries; an
// open-addressing table (linear probing, at most two thirds full) finds them by key.
//
// One changed pixel fits a key whole (position << 24 | colour). More are hashed to 64 bits: n queried
// candidates hold two different ones with the same key with odds of about n² ÷ 2⁶⁵, which is 1 in
// 20 thousand million for the paper's 40,400 queries.

const ENTRY_BYTES = 16; // key: u64, loss: f64

let changedPixels = 0;
let capacity = 0;
let entries: usize = 0;
let table: usize = 0;
let mask: u64 = 0;
let count = 0;
/** Entries below this one have a loss; those from it on wait for theirs. */
let told = 0;

/** Reserves room for `budget` candidates of `pixels` changed pixels each. */
export function reserveQueried(budget: i32, pixels: i32): void {
  changedPixels = pixels;
  capacity = budget;
  entries = reserve(budget * ENTRY_BYTES);
  let slots = 16;
  while (slots < budget + (budget >> 1)) slots <<= 1;
  mask = slots - 1;
  table = reserve(slots * 4);
}

/** How many more candidates can be queried. */
export function queriesLeft(): i32 {
  return capacity - count;
}

/** How many candidates have been queried, or wait for their loss. */
export function queriedCount(): i32 {
  return count;
}

/**
 * Looks up the candidate whose encoded pixels stand at `encoded`, and enters it if it is new (there must be room).
 * @returns the number of its entry; it was new if that is what queriedCount() was before.
 */
export function remember(encoded: usize): i32 {
  const key = keyOf(encoded);
  const slot = slotOf(key);
  const known = load<i32>(slot) - 1;
  if (known >= 0) return known;
  store<i32>(slot, count + 1);
  store<u64>(entries + <usize>count * ENTRY_BYTES, key);
  return count++;
}

/** The loss of an entry, after tell(). */
export function lossOf(entry: i32): f64 {
  return load<f64>(entries + <usize>entry * ENTRY_BYTES, 8);
}

/** Gives the entries that wait for a loss theirs, in the order in which they were entered. */
export function tellLosses(losses: usize): void {
  for (let at = losses; told < count; told++, at += 8) {
    store<f64>(entries + <usize>told * ENTRY_BYTES, load<f64>(at), 8);
  }
}

/** The table's slot that holds a key's entry number + 1, or the empty one (0) where it belongs. */
function slotOf(key: u64): usize {
  let slot = mix(key) & mask;
  while (true) {
    const address = table + ((<usize>slot) << 2);
    const entry = load<i32>(address) - 1;
    if (entry < 0 || load<u64>(entries + <usize>entry * ENTRY_BYTES) == key) return address;
    slot = (slot + 1) & mask;
  }
}

function keyOf(encoded: usize): u64 {
  if (changedPixels == 1) return ((<u64>load<u32>(encoded)) << 24) | load<u32>(encoded, 4);
  let key: u64 = 0;
  for (let at = encoded, end = encoded + ((<usize>changedPixels) << 3); at < end; at += 8) {
    key = mix(key ^ load<u64>(at)) + 0x9e3779b97f4a7c15;
  }
  return key;
}

/** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): a bijection that spreads every bit. */
function mix(bits: u64): u64 {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}
