/**
 * Forms that STS puts on the wire, shared by the client and the mock.
 */

export const STS_VERSION = '2015-04-01';

/**
 * Letters, digits and `-_.~` stay; everything else becomes %XX of its UTF-8 bytes (RFC 3986). Half a
 * surrogate pair, which has none, is sent as the replacement character, as by every encoder to UTF-8: what
 * the receiver makes of it is its answer, and no failure of the sender.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(HALF_PAIRS, '\uFFFD')).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** With `u` the two halves of a pair are one character, which is none of these. */
const HALF_PAIRS = /\p{Surrogate}/gu;

/** `2026-11-22T08:00:00Z`: whole seconds, since Java, Python and Go refuse fractions. */
export function formatTimestamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** Epoch milliseconds of an ISO timestamp in UTC, with or without fractions; undefined if malformed. */
export function parseTimestamp(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

export interface RoleArn {
  readonly accountId: string;
  readonly roleName: string;
}

/** `acs:ram::<account>:role/<name>`; undefined if it has another form. */
export function parseRoleArn(arn: string): RoleArn | undefined {
  const match = /^acs:ram::(\d{5,20}):role\/([A-Za-z0-9.-]{1,64})$/.exec(arn);
  return match === null ? undefined : { accountId: match[1]!, roleName: match[2]! };
}
