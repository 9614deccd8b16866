/** Which names of subjects mean real clients in virtual time. */
const PREFIX = 'hosted:';

export function isHosted(name: string): boolean {
  return name === 'alibaba-sdk' || name.startsWith('module:') || name.startsWith(PREFIX);
}

/** `hosted:reference` is the live run's `reference`. */
export function withoutHostedPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}
