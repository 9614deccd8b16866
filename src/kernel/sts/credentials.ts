/**
 * A temporary credential of STS, and how to keep it out of every text.
 */

/** What signs a request: key, secret and, for a temporary credential, token and expiry. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Absent for a permanent AccessKey. */
  readonly securityToken?: string;
  /** Epoch milliseconds; absent for a permanent AccessKey, or where the client does not tell. */
  readonly expiresAtMs?: number;
}

/** A credential that STS issued: token and expiry are always there. */
export interface SessionCredentials extends Credentials {
  readonly securityToken: string;
  readonly expiresAtMs: number;
}

/** What stands for a key where somebody has none: a token of an identity provider. */
export interface OidcToken {
  /** `acs:ram::<account>:oidc-provider/<name>` */
  readonly oidcProviderArn: string;
  readonly oidcToken: string;
}

/** What a call is made with: a key that signs it, or a token in place of a signature. */
export type CallerProof = Credentials | OidcToken;

/** The caller's permanent identity: a RAM user's AccessKey. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** What an AssumeRole call asks for. `durationSeconds` as on the wire, 900 to 43200. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds: number;
  readonly policy?: string;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
}

/** `STS.NUxx****`: enough to tell two keys apart in a log, too little to use one. */
export function maskKeyId(accessKeyId: string): string {
  return accessKeyId.length <= 8 ? '****' : `${accessKeyId.slice(0, 8)}****`;
}
