/**
 * `ali-oss` with `refreshSTSToken`, which calls STS: which token does it sign with before, and which
 * after the interval? A URL shows the token that it was signed with, and signing needs no OSS.
 */
const OSS = require('ali-oss');
const { default: Sts, AssumeRoleRequest } = require('@alicloud/sts20150401');
const { report } = require('./report.cjs');

report(async ({ config, request, intervalMs, signings }, keep) => {
  const sts = new Sts(config);
  const assume = async () => {
    const { body } = await sts.assumeRole(new AssumeRoleRequest(request));
    const { accessKeyId, accessKeySecret, securityToken } = body.credentials;
    keep({ accessKeyId, accessKeySecret, securityToken });
    return { accessKeyId, accessKeySecret, stsToken: securityToken };
  };
  const oss = new OSS({
    ...(await assume()),
    bucket: 'interop',
    region: 'oss-cn-hangzhou',
    refreshSTSToken: assume,
    refreshSTSTokenInterval: intervalMs,
  });
  const signedWith = [];
  for (let signing = 0; signing < signings; signing += 1) {
    const url = new URL(await oss.asyncSignatureUrl('an-object'));
    signedWith.push(url.searchParams.get('security-token'));
  }
  return { signedWith };
});
