import { createHash } from "node:crypto";

/** The tokens of two owners of audits. */
export const tokens = ["first-owner", "second-owner"] as const;

/** Their digests, as the secret AUDIT_TOKENS holds them. */
export const auditTokens = tokens.map((token) => createHash("sha256").update(token).digest("hex")).join(",");
