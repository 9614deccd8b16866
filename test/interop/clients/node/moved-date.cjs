/** Moves the mock's clock by its admin API, and this process's with it, as time does for both. */
const RealDate = Date;
let aheadMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};

exports.advance = async (mockUrl, ms) => {
  const answer = await fetch(`${mockUrl}/_mock/clock/advance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ms }),
  });
  if (!answer.ok) throw new Error(`the mock's clock: ${answer.status}`);
  aheadMs += ms;
};
