/**
 * What many and costly clients can do to the Worker, over real sockets and as `npm start` serves it. Takes three to five
 * minutes, and ends with exit code 1 when a bound is broken.
 *
 *     npm run bench:load
 *     npm run bench:load -- --queries      (only what a query costs in Node, in microseconds: the weights of src/core/oracle/price.ts)
 */

import { measureBodies } from "./load/bodies.ts";
import { createReport } from "./load/bounds.ts";
import { measureCheapRoutes } from "./load/cheap.ts";
import { measureCost } from "./load/cost.ts";
import { measureLeaving } from "./load/leaving.ts";
import { measureQueries } from "./load/queries.ts";
import { startServer } from "./load/server.ts";

if (process.argv.includes("--queries")) {
  await measureQueries();
} else {
  const report = createReport();
  const server = await startServer();
  try {
    await measureBodies(server, report);
    await measureCheapRoutes(server, report);
    await measureLeaving(server, report);
    await measureCost(server, report);
  } finally {
    await server.stop();
  }
  if (report.broken() > 0) {
    console.error(`${report.broken()} bounds are broken.`);
    process.exitCode = 1;
  }
}
