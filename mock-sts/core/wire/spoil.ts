/**
 * Bodies as a fault leaves them: cut off in the middle, no longer JSON (or XML), or without the
 * credential's `Expiration`. Each is whole as HTTP has it; only a reader of the body notices.
 */
import type { Delivery } from '../decision.ts';

export function spoil(body: string, delivery: Delivery): string {
  switch (delivery.kind) {
    case 'truncated-json':
      return body.slice(0, Math.floor(body.length / 2));
    case 'malformed-json':
      return body.replace(/[{>]/, '$&<!-- a proxy was here -->');
    case 'missing-expiration':
      return body.replace(EXPIRATION, '');
    default:
      return body;
  }
}

/** Wherever it stands in the document. */
const EXPIRATION = /"Expiration":"[^"]*",|,"Expiration":"[^"]*"|<Expiration>[^<]*<\/Expiration>/;
