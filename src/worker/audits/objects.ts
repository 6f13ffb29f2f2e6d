import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { AuditObject } from "./audit-object.ts";
import type { AuditStatus, Audits, AuditWork, WorkPlace } from "./state.ts";

/** Access to the audits of a namespace. */
export function openAudits(namespace: DurableObjectNamespace<AuditObject>): Audits {
  /** Ids that this namespace did not make name nothing. */
  const find = (id: string) => {
    try {
      return namespace.get(namespace.idFromString(id));
    } catch {
      return null;
    }
  };
  return {
    async create(asked, images) {
      const id = namespace.newUniqueId();
      return (await namespace.get(id).create(asked, images)) ?? id.toString();
    },
    status: async (id, owner) => plain<AuditStatus | null>((await find(id)?.status(owner)) ?? null),
    next: async (id, owner, seen) => plain<AuditStatus | null>((await find(id)?.next(owner, seen)) ?? null),
    outcomes: async (id, owner) => plain<ImageOutcome[] | null>((await find(id)?.outcomes(owner)) ?? null),
    remove: async (id, owner) => plain<AuditStatus | null>((await find(id)?.remove(owner)) ?? null),
  };
}

/** The object of one audit, for its consumer. */
export function openWorkPlace(namespace: DurableObjectNamespace<AuditObject>, id: string): WorkPlace {
  const object = namespace.get(namespace.idFromString(id));
  return {
    work: async (position) => plain<AuditWork | null>(await object.work(position)),
    addOutcomes: (position, outcomes) => object.addOutcomes(position, outcomes),
    note: (position, problem) => object.note(position, problem),
    giveUp: (position) => object.giveUp(position),
  };
}

/** What comes back from a Durable Object is a copy of what was sent; only the types of RPC forget tuples. */
function plain<T>(copy: unknown): T {
  return copy as T;
}
