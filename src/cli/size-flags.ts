/** `--scale` and `--growth`: by how much users and hosts grow. */
import { badInput } from '../kernel/errors.ts';
import { parseShare } from '../kernel/units.ts';
import { SIZE_LIMITS } from '../library/size-options.ts';
import { AS_WRITTEN, type Growth, type Scale } from '../sizing/scale.ts';

/** `users=2x,hosts=1.5x` */
export function scaleIn(text: string | undefined): Scale {
  if (text === undefined) return AS_WRITTEN;
  const read = (value: string) => {
    const factor = Number(/^(\d+(?:\.\d+)?)x?$/.exec(value)?.[1]);
    return factor > 0 && factor <= SIZE_LIMITS.factorMax ? factor : undefined;
  };
  const factors = namedIn(text, read);
  if (factors !== undefined) return { ...AS_WRITTEN, ...factors };
  const allowed = `users=<factor>x, hosts=<factor>x or both, above 0 and up to ${SIZE_LIMITS.factorMax}, such as users=2x,hosts=1.5x`;
  throw badInput('FLAG_INVALID', [{ file: '--scale', path: '', found: `"${text}"`, allowed }]);
}

/** `8%/month`, of both, or `users=8%/month,hosts=4%/month`. */
export function growthIn(text: string | undefined, months: number): Growth | undefined {
  if (text === undefined) return undefined;
  const read = (value: string) => {
    const share = parseShare(/^(.+)\/month$/.exec(value)?.[1] ?? '');
    return share !== undefined && share <= 1 ? share : undefined;
  };
  const both = read(text);
  if (both !== undefined) return { users: both, hosts: both, months };
  const shares = namedIn(text, read);
  if (shares !== undefined) return { users: 0, hosts: 0, ...shares, months };
  const allowed =
    'a share a month up to 100%, of both or of each: 8%/month, or users=8%/month,hosts=4%/month';
  throw badInput('FLAG_INVALID', [{ file: '--growth', path: '', found: `"${text}"`, allowed }]);
}

/** Undefined where a name is another, comes twice, or has no such value. */
function namedIn(
  text: string,
  read: (value: string) => number | undefined,
): Partial<Scale> | undefined {
  const values: { users?: number; hosts?: number } = {};
  for (const part of text.split(',')) {
    const [, name, value = ''] = /^\s*(users|hosts)=(.*?)\s*$/.exec(part) ?? [];
    const number = read(value);
    if ((name !== 'users' && name !== 'hosts') || number === undefined) return undefined;
    if (values[name] !== undefined) return undefined;
    values[name] = number;
  }
  return values;
}
