/**
 * Names that may be somebody's, put out of sight: a keyed hash, so that equal names stay equal and
 * nobody without the key can find a name by trying.
 */
import { createHmac } from 'node:crypto';

export type Pseudonym = (kind: 'user' | 'session' | 'address', name: string) => string;

/** Eight hexadecimal digits: two of a thousand names share one with a chance of 1 in 10,000. */
export function pseudonyms(key: string): Pseudonym {
  return (kind, name) => {
    if (name === '') return '';
    const digest = createHmac('sha256', key).update(`${kind}\n${name}`).digest('hex');
    return `${kind}-${digest.slice(0, 8)}`;
  };
}

export const keptNames: Pseudonym = (_, name) => name;
