/**
 * Where STS is. Source: Alibaba Cloud, "Endpoints" of STS.
 */
import { badInput } from '../kernel/errors.ts';

export interface EndpointChoice {
  readonly endpoint?: string;
  readonly region?: string;
}

/** Origin to call. Throws HarnessError where it is no http(s) origin. */
export function endpointUrl(choice: EndpointChoice): URL {
  const url = parseEndpoint(choice);
  if (url !== undefined) return url;
  const found = choice.endpoint ?? choice.region ?? '';
  throw badInput('CLIENT_OPTIONS_INVALID', [
    { file: 'client options', path: 'endpoint', found, allowed: ENDPOINT_ALLOWED },
  ]);
}

export const ENDPOINT_ALLOWED = 'host, host:port, or http(s)://host[:port] without a path';

export function parseEndpoint(choice: EndpointChoice): URL | undefined {
  const text = choice.endpoint ?? hostOf(choice.region);
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
