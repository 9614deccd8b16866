/** Names of subjects that a scenario and its readers have to tell apart. */

/** The live run's clients that are decided by a pure core in virtual time, unless this stands before. */
export const HOSTED_PREFIX = 'hosted:';

/** `hosted:reference` is the live run's `reference`. */
export function withoutHostedPrefix(name: string): string {
  return name.startsWith(HOSTED_PREFIX) ? name.slice(HOSTED_PREFIX.length) : name;
}
