/**
 * `ali-oss`: with a session that it is given, or with `refreshSTSToken`, which calls STS. Each step
 * is one call of the client; what it got or was refused is reported.
 */
const { advance } = require('./moved-date.cjs');
const OSS = require('ali-oss');
const { default: Sts, AssumeRoleRequest } = require('@alicloud/sts20150401');
const { report } = require('./report.cjs');

const act = {
  put: (oss, key, text) => oss.put(key, Buffer.from(text)).then(() => ({})),
  get: async (oss, key) => ({ text: String((await oss.get(key)).content) }),
  head: async (oss, key) => ({ text: (await oss.head(key)).res.headers['content-length'] }),
  list: async (oss, prefix) => {
    const { objects = [] } = await oss.listV2({ prefix, 'max-keys': 10 });
    return { keys: (objects ?? []).map(({ name }) => name) };
  },
  delete: (oss, key) => oss.delete(key).then(() => ({})),
  url: async (oss, key) => {
    const url = oss.options.authorizationV4
      ? await oss.signatureUrlV4('GET', 60, { headers: {}, queries: {} }, key)
      : await oss.asyncSignatureUrl(key, { expires: 60 });
    const answer = await fetch(url);
    return { text: await answer.text(), status: answer.status };
  },
};

report(async ({ session, sts, options, mockUrl, steps }, keep) => {
  const client = sts && new Sts(sts.config);
  const assume = async () => {
    const { body } = await client.assumeRole(new AssumeRoleRequest(sts.request));
    const { accessKeyId, accessKeySecret, securityToken } = body.credentials;
    keep({ accessKeyId, accessKeySecret, securityToken });
    return { accessKeyId, accessKeySecret, stsToken: securityToken };
  };
  const { securityToken: stsToken, ...key } = session ?? {};
  const credential = sts ? { ...(await assume()), refreshSTSToken: assume } : { ...key, stsToken };
  const oss = new OSS({ ...credential, ...options });
  const done = [];
  for (const [name, ...given] of steps) {
    try {
      if (name === 'advance') await advance(mockUrl, ...given);
      done.push(name === 'advance' ? {} : await act[name](oss, ...given));
    } catch (error) {
      if (error.code === undefined) throw error;
      done.push({ code: error.code, status: error.status ?? error.statusCode });
    }
  }
  return { steps: done };
});
