/**
 * How often each name came. A caller may invent names, so only the first thousand are told apart;
 * those beyond are not counted.
 */
const NAMES_MAX = 1_000;

export class NamedCounts {
  private readonly counts = new Map<string, number>();

  count(name: string): void {
    const count = this.counts.get(name);
    if (count === undefined && this.counts.size >= NAMES_MAX) return;
    this.counts.set(name, (count ?? 0) + 1);
  }

  asObject(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  clear(): void {
    this.counts.clear();
  }
}
