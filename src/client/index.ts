/**
 * The public door of the client: package export `sts-harness/client`.
 */
export type { CallerProof, OidcToken, SessionCredentials } from '../kernel/sts/credentials.ts';
export {
  AlicloudStsTransport,
  type AlicloudStsTransportOptions,
} from './alicloud-sts-transport.ts';
export type { SourceSettings } from './cached-source.ts';
export { CachingCredentialClient } from './caching-credential-client.ts';
export type { CallerSource, CredentialSource, OidcTokenSource } from './caller-source.ts';
export type { ClientEvents } from './client-events.ts';
export type { ClientOptions, RoleSession } from './client-options.ts';
export { type Acquisition, CredentialHolder, type HolderOptions } from './credential-holder.ts';
export type { CredentialReceiver } from './credential-receivers.ts';
export { CredentialError, type FailureKind, type StsFailure } from './failure.ts';
export { InstanceRoleSource, type InstanceRoleSourceOptions } from './instance-role-source.ts';
export { KmsSecretSource, type KmsSecretSourceOptions } from './kms-secret-source.ts';
export { OidcTokenFile, type OidcTokenFileOptions } from './oidc-token-file.ts';
export { type CachePolicy, cachePolicy, DEFAULT_POLICY, type PrefetchStep } from './policy.ts';
export { SharedCredential } from './shared-credential.ts';
export {
  SharedCredentialClient,
  type SharedCredentialClientOptions,
} from './shared-credential-client.ts';
export type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';
export { UndiciTransport, type UndiciTransportOptions } from './undici-transport.ts';
