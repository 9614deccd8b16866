/** `@alicloud/pop-core`: assumes a role, then asks who it is with what it got. */
const { RPCClient } = require('@alicloud/pop-core');
const { report } = require('./report.cjs');

report(async ({ config, request, method }, keep) => {
  const open = (credential) =>
    new RPCClient({ ...config, ...credential, apiVersion: '2015-04-01' });
  const issued = (await open({}).request('AssumeRole', request, { method })).Credentials;
  const credential = {
    accessKeyId: issued.AccessKeyId,
    accessKeySecret: issued.AccessKeySecret,
    securityToken: issued.SecurityToken,
  };
  keep(credential);
  const identity = await open(credential).request('GetCallerIdentity', {}, { method });
  return { identityArn: identity.Arn };
});
