// One bump allocator for the whole instance. Everything is reserved before the first ask, because views
// over the memory become invalid when it grows. Nothing is freed, because an instance serves one attack.

let top: usize = (__heap_base + 15) & ~15;

/** Reserves `bytes` (16-aligned, zeroed) and returns their address; traps when memory is exhausted. */
export function reserve(bytes: i32): usize {
  const address = top;
  top = (address + <usize>bytes + 15) & ~15;
  const missing = <i32>((top + 0xffff) >>> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return address;
}
