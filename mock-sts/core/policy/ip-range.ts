/**
 * Ranges of IP addresses as conditions name them: an address, a block (`10.0.0.0/8`, `2001:db8::/32`),
 * or an IPv4 address with `*` in it, which OSS and VOD document.
 */
import { compilePattern, type Matcher } from '../pattern.ts';

interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const IPV4_PART = /^(0|[1-9]\d{0,2})$/;
const IPV6_GROUP = /^[0-9a-fA-F]{1,4}$/;
const IPV6_GROUPS = 8;
/** `::ffff:10.0.0.1`, as a dual-stack socket names an IPv4 peer. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Undefined for a text that is no range. The test is false for a text that is no address. */
export function compileIpRange(range: string): Matcher | undefined {
  if (/^[\d*]+(\.[\d*]+){0,3}$/.test(range) && range.includes('*')) return compilePattern(range);
  const [text = '', length, ...rest] = range.split('/');
  const base = parseIp(text);
  if (base === undefined || rest.length > 0) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? base.bits : Number(length);
  if (prefix > base.bits) return undefined;
  const dropped = BigInt(base.bits - prefix);
  const wanted = base.value >> dropped;
  return lastKept((found) => {
    const address = parseIp(found);
    return address?.bits === base.bits && address.value >> dropped === wanted;
  });
}

/** A request mostly comes from where the one before it came from. */
function lastKept(matches: Matcher): Matcher {
  let last: string | undefined;
  let verdict = false;
  return (found) => {
    if (found !== last) {
      verdict = matches(found);
      last = found;
    }
    return verdict;
  };
}

function parseIp(text: string): IpAddress | undefined {
  const plain = MAPPED.exec(text)?.[1] ?? text;
  const value = plain.includes(':') ? parseIpv6(plain) : parseIpv4(plain);
  return value === undefined ? undefined : { bits: plain.includes(':') ? 128 : 32, value };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  if (!parts.every((part) => IPV4_PART.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = groups;
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!all.every((group) => IPV6_GROUP.test(group))) return undefined;
  return all.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
