/** Which names of subjects mean real clients in virtual time. */
import { HOSTED_PREFIX } from '../../../scenario/subject-names.ts';

export function isHosted(name: string): boolean {
  return name === 'alibaba-sdk' || name.startsWith('module:') || name.startsWith(HOSTED_PREFIX);
}
