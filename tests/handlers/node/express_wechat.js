// A handler on Express and npm wechat 2.1, as a developer writes it: `node --no-deprecation express_wechat.js VARIANT`.
//
// Listens on a free port of 127.0.0.1, prints `ready PORT` and serves `/wx` until killed. The Token is in WXKF_TOKEN;
// with an EncodingAESKey in WXKF_AES_KEY and the appid in WXKF_APPID wechat opens and seals by itself.
// No body parser stands before wechat: it reads the raw body itself.
'use strict';

const express = require('express');
const wechat = require('wechat');

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

const token = process.env.WXKF_TOKEN || 'AAAAA';
const encodingAESKey = process.env.WXKF_AES_KEY;
const config = encodingAESKey ? { token, encodingAESKey, appid: process.env.WXKF_APPID } : token;

const app = express();
app.use('/wx', wechat(config, (req, res) => {
  if (VARIANTS[variant](req.weixin)) {
    res.transfer2CustomerService();
  } else {
    // Not `res.reply('success')`, which is a text message; nothing goes out as an empty body, never sealed.
    res.reply('');
  }
}));

const server = app.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`));
