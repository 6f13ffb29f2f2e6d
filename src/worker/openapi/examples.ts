/** Real responses to the requests below, recorded by scripts/record-examples.ts. */
import attack from "./examples/attack.json" with { type: "json" };
import classify from "./examples/classify.json" with { type: "json" };

/** Each example's request, and its response. */
export const examples = {
  attack: { path: "/v1/attack?sample=cat-3&pixels=3&seed=1", method: "POST", response: attack },
  classify: { path: "/v1/classify?sample=cat-3", method: "POST", response: classify },
} as const;
