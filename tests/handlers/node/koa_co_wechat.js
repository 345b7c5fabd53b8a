// A handler on Koa and co-wechat 2.4, as a developer writes it: `node --no-deprecation koa_co_wechat.js VARIANT`.
//
// Listens on a free port of 127.0.0.1, prints `ready PORT` and serves `/wx` until killed. The Token is in WXKF_TOKEN;
// with an EncodingAESKey in WXKF_AES_KEY and the appid in WXKF_APPID co-wechat opens and seals by itself.
// No body parser stands before co-wechat: it reads the raw body itself.
'use strict';

const Koa = require('koa');
const wechat = require('co-wechat');

const USER_MESSAGES = ['text', 'image', 'miniprogrampage'];
const TRANSFER = { type: 'customerService' };

// What a variant returns to co-wechat for a push. Only '' acknowledges: it goes out as an empty body, never sealed.
const VARIANTS = {
  correct: (push) => (USER_MESSAGES.includes(push.MsgType) ? TRANSFER : ''),
  forwarding: () => TRANSFER,
  // As WeChat's own documentation has it; co-wechat sends it as a text message, sealed in the sealed modes.
  'returns-success': (push) => (USER_MESSAGES.includes(push.MsgType) ? TRANSFER : 'success'),
  // A `return` forgotten, which co-wechat sends as a text message without text.
  'returns-nothing': (push) => (USER_MESSAGES.includes(push.MsgType) ? TRANSFER : undefined),
};

const variant = process.argv[2];
if (!Object.hasOwn(VARIANTS, variant)) {
  console.error(`no variant ${variant}: choose from ${Object.keys(VARIANTS).join(', ')}`);
  process.exit(2);
}

const token = process.env.WXKF_TOKEN || 'AAAAA';
const encodingAESKey = process.env.WXKF_AES_KEY;
const config = encodingAESKey ? { token, encodingAESKey, appid: process.env.WXKF_APPID } : token;
const answer = wechat(config).middleware(async (push) => VARIANTS[variant](push));

const app = new Koa();
app.use((ctx, next) => (ctx.path === '/wx' ? answer(ctx, next) : next()));

const server = app.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`));
