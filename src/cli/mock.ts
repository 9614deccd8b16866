export async function mock(_flags: unknown): Promise<number> {
  return 0;
}
