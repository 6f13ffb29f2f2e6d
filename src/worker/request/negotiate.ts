import type { Context } from "hono";
import { parseAccept } from "hono/utils/accept";
import { Problem } from "../response/problem.ts";
import { isCommonAccept } from "../response/sharing.ts";

/** How narrowly a media range names a type; 0 where it does not (RFC 9110, section 12.5.1). */
function narrowness(range: string, type: string): number {
  if (range === type) return 3;
  if (range === `${type.split("/")[0]}/*`) return 2;
  return range === "*/*" ? 1 : 0;
}

/**
 * The offered media type that the request accepts most; of equals, the first offered. Where the header is unusual, the
 * response will not be kept by caches.
 * @throws Problem 406 when none is acceptable
 */
export function negotiate<Type extends string>(c: Context, offered: readonly Type[]): Type {
  const accept = c.req.header("Accept");
  c.set("commonAccept", isCommonAccept(accept, offered));
  if (accept === undefined || accept.trim() === "") return offered[0]!;
  const ranges = parseAccept(accept).map(({ type, q }) => ({ range: type.toLowerCase(), q }));
  const weigh = (type: Type): number => {
    const fitting = ranges
      .map(({ range, q }) => ({ q, narrowness: narrowness(range, type) }))
      .filter((match) => match.narrowness > 0)
      .sort((a, b) => b.narrowness - a.narrowness);
    return fitting[0]?.q ?? 0;
  };
  const [best] = offered.map((type) => ({ type, q: weigh(type) })).sort((a, b) => b.q - a.q);
  if (best !== undefined && best.q > 0) return best.type;
  throw new Problem(
    "not-acceptable",
    `This route cannot send any media type that the header Accept allows. It offers ${offered.join(", ")}.`,
    "Accept",
    { headers: { Vary: "Accept" } },
  );
}
