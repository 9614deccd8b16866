/**
 * Loaded before the command line: names of Alibaba Cloud lead to the mock that poses as STS, on a port of
 * its own, and nowhere else. Nothing of the command line, and nothing of the official clients, is changed.
 */
import dns from 'node:dns';
import net from 'node:net';

const { POSING_PORT, POSING_METADATA_PORT, POSING_CLOCK_JUMPS } = process.env;
const CLOUD = /(^|\.)aliyuncs\.com$/;
/** Of the metadata service of every ECS instance. */
const METADATA = '100.100.100.200';
const { prototype } = net.Socket;
const { connect } = prototype;

prototype.connect = function (...args) {
  const [options, ...rest] = Array.isArray(args[0]) ? args[0] : args;
  const port = typeof options === 'object' ? portFor(options.host ?? '') : undefined;
  if (port === undefined) return connect.apply(this, args);
  return connect.call(this, { ...options, host: '127.0.0.1', port: Number(port) }, ...rest);
};

function portFor(host) {
  if (CLOUD.test(host)) return POSING_PORT;
  return host === METADATA ? POSING_METADATA_PORT : undefined;
}

const { lookup } = dns;
dns.lookup = (host, ...rest) => {
  if (CLOUD.test(host)) throw new Error(`a test looked up ${host}`);
  return lookup(host, ...rest);
};

if (POSING_CLOCK_JUMPS !== undefined) {
  // An hour back and forth with every look, as no clock of a machine ever jumped.
  const now = Date.now;
  let looks = 0;
  Date.now = () => {
    looks += 1;
    return now() + ((looks % 3) - 1) * 600_000;
  };
}
