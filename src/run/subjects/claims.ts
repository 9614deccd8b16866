/** What a subject promises of itself; every result is held against it. */
import type { SubjectResult } from '../../measure/result.ts';

export type Claims = NonNullable<SubjectResult['claims']>;

/** What all clients of a run promise together: nothing where one promises nothing. */
export function commonClaims(
  subjects: readonly { readonly claims?: Claims | undefined }[],
): Pick<SubjectResult, 'claims'> {
  const claims = subjects.flatMap((subject) => subject.claims ?? []);
  if (claims.length < subjects.length) return {};
  return {
    claims: {
      singleFlight: claims.every(({ singleFlight }) => singleFlight),
      neverServesExpired: claims.every(({ neverServesExpired }) => neverServesExpired),
    },
  };
}
