import { expect, it } from 'vitest';
import { assumeRoleCall } from '../../src/client/assume-role-call.ts';

// Made by @alicloud/openapi-core 1.0.8 for the same inputs.
it('signs an AssumeRole call as the official client does', () => {
  const call = assumeRoleCall(
    {
      roleArn: 'acs:ram::1234567890123456:role/adminrole',
      roleSessionName: 'alice@corp',
      durationSeconds: 900,
      policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}',
    },
    { accessKeyId: 'STS.testid', accessKeySecret: 'testsecret', securityToken: 'CAIStoken+/=' },
    {
      host: '127.0.0.1:8443',
      signedAtMs: Date.UTC(2026, 10, 22, 8),
      nonce: '0123456789abcdef0123456789abcdef',
    },
  );
  expect(call.headers.authorization).toBe(
    'ACS3-HMAC-SHA256 Credential=STS.testid,SignedHeaders=host;x-acs-accesskey-id;x-acs-action;' +
      'x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,' +
      'Signature=e97a1924a62c5a4cde51832ccea0d8f791ebd431d32358a999653c1b8879e2ff',
  );
  expect(call.path).toContain('RoleSessionName=alice%40corp');
});
