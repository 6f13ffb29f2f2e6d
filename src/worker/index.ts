/** The Worker's entry: wires the parts. */

import { env, waitUntil } from "cloudflare:workers";
import jpegModule from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import pngModule from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import resizeModule from "@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm?module";
import webpModule from "@jsquash/webp/codec/dec/webp_dec.wasm";
import ortModule from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import { build } from "../../build/digest.ts";
import kernelModule from "../../build/kernel.wasm";
import { evaluations as evaluationAssets, models, reports, samples } from "../../build/registry.ts";
import { version } from "../../package.json";
import { inferenceBytes } from "../core/attack/options/memory.ts";
import { initCodecs } from "../core/image/codecs.ts";
import { createRegistry } from "../core/model/registry.ts";
import { createRuntime } from "../core/model/runtime.ts";
import { createApp } from "./app.ts";
import { createReadAsset, openEvaluations, openModels, openReports, openSamples } from "./assets.ts";
import { consumeAudits } from "./audits/consume.ts";
import { openEvidence } from "./audits/evidence.ts";
import { EvidenceObject as PublishedReports } from "./audits/evidence-object.ts";
import { openAudits, openWorkPlace } from "./audits/objects.ts";
import type { AuditTask } from "./audits/state.ts";
import { readLimits } from "./limits.ts";
import { createBodyMemory } from "./middleware/body-memory.ts";
import { createConcurrencyLimit, slotsFor } from "./middleware/concurrency-limit.ts";
import { createRateLimit } from "./middleware/rate-limit.ts";
import { createSpeed } from "./middleware/speed.ts";
import { createTurns } from "./middleware/turns.ts";
import { pricedFor } from "./middleware/work.ts";

initCodecs({ png: pngModule, jpeg: jpegModule, webp: webpModule, resize: resizeModule });
const runtime = createRuntime(ortModule);

const read = createReadAsset((url, init) => env.ASSETS.fetch(url, init));
const evaluations = openEvaluations(evaluationAssets, read);
const shipped = openReports(reports, read);
const registry = createRegistry(openModels(models, read), runtime);
const { computing, maxBudget, maxSeconds, maxWork, workUnit } = readLimits(env);
const requestRate = {
  policy: env.RATE_LIMIT_POLICY,
  allows: async (key: string) => (await env.RATE_LIMIT.limit({ key })).success,
};
const workRate = {
  policy: env.WORK_LIMIT_POLICY,
  unit: workUnit,
  // The binding counts calls alone, so that each unit is one.
  allows: async (key: string, units: number) => {
    const calls = await Promise.all(Array.from({ length: units }, () => env.WORK_LIMIT.limit({ key })));
    return calls.every(({ success }) => success);
  },
};
const concurrencyLimit = createConcurrencyLimit(computing);
const pause = createTurns(() => scheduler.wait(0));

const app = createApp({
  version,
  build,
  registry,
  samples: openSamples(samples, read),
  kernelModule,
  audits: openAudits(env.AUDITS),
  evidence: openEvidence(async (id, sha256) => env.EVIDENCE.getByName(id).read(sha256), shipped),
  withdraw: async ({ manifest, sha256 }, owner) =>
    env.EVIDENCE.getByName(manifest.id).withdraw(owner, sha256),
  evaluations,
  // A secret, and so not in wrangler.toml: SHA-256 digests of the tokens, with blanks or commas between.
  tokens: ((env as { AUDIT_TOKENS?: string }).AUDIT_TOKENS ?? "")
    .split(/[\s,]+/)
    .filter((digest) => /^[0-9a-f]{64}$/.test(digest)),
  ready: () => runtime.start(),
  pause,
  maxSeconds,
  rateLimit: createRateLimit(requestRate, workRate),
  concurrencyLimit,
  bodyMemory: createBodyMemory(),
  speed: createSpeed(),
  maxBudget,
  maxWork,
  log: (line) => console.log(JSON.stringify(line)),
  waitUntil,
});

export { AuditObject } from "./audits/audit-object.ts";
export { OwnerObject } from "./audits/owner-object.ts";

/** The published reports, beside those that this Worker ships. */
export class EvidenceObject extends PublishedReports {
  protected override readonly shipped = shipped;
}

export default {
  fetch: app.fetch,
  queue: (batch) =>
    consumeAudits(batch, {
      registry,
      kernelModule,
      evaluations,
      open: (audit) => openWorkPlace(env.AUDITS, audit),
      async enter(classifier, settings) {
        const priced = await pricedFor({ kernelModule }, classifier, null);
        const slots = settings.map(async (each) => slotsFor(each, await inferenceBytes(priced, each)));
        return concurrencyLimit.acquire(Math.max(...(await Promise.all(slots))));
      },
      postpone: (task, delaySeconds) => env.AUDIT_QUEUE.send(task, { delaySeconds }),
      pause,
    }),
} satisfies ExportedHandler<Cloudflare.Env, AuditTask>;
