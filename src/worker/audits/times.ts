/** How long the parts of an audit may last, in milliseconds. */
import type { AuditRecord } from "./state.ts";

export const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
/** A creation that takes longer was cut off. */
export const LONGEST_CREATION = 60 * SECOND;
/** An image without a result by then is reported as failed. */
export const LONGEST_RUN = DAY;
/** Proxies close a stream in which nothing comes for long. */
export const LONGEST_SILENCE = 20 * SECOND;
/** The longest pause before tasks without a result are sent again. */
export const LONGEST_WAIT = 60 * 60 * SECOND;
const KEPT = 30 * DAY;

/** When an audit is deleted, milliseconds since 1970. */
export const expiryOf = ({ created, ended }: AuditRecord): number => (ended ?? created + LONGEST_RUN) + KEPT;
