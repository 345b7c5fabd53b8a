// A handler on Koa and co-wechat 2.4, as a developer writes it: `node --no-deprecation koa_co_wechat.js VARIANT`.
//
// Listens on a free port of 127.0.0.1, prints `ready PORT` and serves `/wx` until killed. The Token is in WXKF_TOKEN.
// No body parser stands before co-wechat: it reads the raw body itself.
'use strict';

const Koa = require('koa');
const wechat = require('co-wechat');

const USER_MESSAGES = ['text', 'image', 'miniprogrampage'];

// Whether a variant transfers a push.
const VARIANTS = {
  correct: (push) => USER_MESSAGES.includes(push.MsgType),
  forwarding: () => true,
};

const variant = process.argv[2];
if (!Object.hasOwn(VARIANTS, variant)) {
  console.error(`no variant ${variant}: choose from ${Object.keys(VARIANTS).join(', ')}`);
  process.exit(2);
}
const transfers = VARIANTS[variant];

// Only '' makes co-wechat acknowledge, with an empty body; 'success' would go out as a text message.
const answer = wechat(process.env.WXKF_TOKEN || 'AAAAA').middleware(
  async (push) => (transfers(push) ? { type: 'customerService' } : ''));

const app = new Koa();
app.use((ctx, next) => (ctx.path === '/wx' ? answer(ctx, next) : next()));

const server = app.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`));
