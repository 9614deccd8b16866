/**
 * Where STS and KMS are. Sources: Alibaba Cloud, "Endpoints" of STS and of KMS.
 */
import { badInput } from '../kernel/errors.ts';

export interface EndpointChoice {
  readonly endpoint?: string;
  readonly region?: string;
}

/** Origin to call. Throws HarnessError where it is no http(s) origin. */
export function endpointUrl(choice: EndpointChoice): URL {
  return checked(parseEndpoint(choice), choice.endpoint ?? choice.region ?? '');
}

/** The same of KMS, which has no central endpoint. */
export function kmsEndpointUrl({ endpoint, region }: EndpointChoice): URL {
  const text = endpoint ?? (region === undefined ? '' : `kms.${region}.aliyuncs.com`);
  return checked(originOf(text), text);
}

/** Of another service, by its origin alone. */
export function originUrl(endpoint: string): URL {
  return checked(originOf(endpoint), endpoint);
}

function checked(url: URL | undefined, found: string): URL {
  if (url !== undefined) return url;
  throw badInput('CLIENT_OPTIONS_INVALID', [
    { file: 'client options', path: 'endpoint', found, allowed: ENDPOINT_ALLOWED },
  ]);
}

export const ENDPOINT_ALLOWED = 'host, host:port, or http(s)://host[:port] without a path';

export function parseEndpoint(choice: EndpointChoice): URL | undefined {
  return originOf(choice.endpoint ?? hostOf(choice.region));
}

function originOf(text: string): URL | undefined {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    const isOrigin = url.href === `${url.origin}/`;
    return isOrigin && /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

function hostOf(region: string | undefined): string {
  return region === undefined ? 'sts.aliyuncs.com' : `sts.${region}.aliyuncs.com`;
}
