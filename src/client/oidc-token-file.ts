/**
 * A pod's token, in the file that the cluster writes and renews: with it, AssumeRoleWithOIDC needs no
 * key. The file is read for each call, about once an hour, so a token that was renewed is the one that
 * is used.
 * Source: Alibaba Cloud, "Use RRSA to authorize pods".
 */
import { readFileSync } from 'node:fs';
import type { OidcToken } from '../kernel/sts/credentials.ts';
import type { OidcTokenSource } from './caller-source.ts';
import { CredentialError } from './failure.ts';

export interface OidcTokenFileOptions {
  /** `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` of the pod. */
  readonly oidcProviderArn: string;
  /** `ALIBABA_CLOUD_OIDC_TOKEN_FILE` of the pod. */
  readonly tokenFile: string;
}

export class OidcTokenFile implements OidcTokenSource {
  private readonly options: OidcTokenFileOptions;

  constructor(options: OidcTokenFileOptions) {
    this.options = options;
  }

  /** At once: the file is small and in memory, and a call that waits for a disk would be no call yet. */
  getOidcToken(): OidcToken {
    const { oidcProviderArn, tokenFile } = this.options;
    const token = textOf(tokenFile).trim();
    if (token !== '') return { oidcProviderArn, oidcToken: token };
    const message = `there is no token in ${tokenFile}`;
    throw new CredentialError({ kind: 'transient', code: 'NoOidcToken', message });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
