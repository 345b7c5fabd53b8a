'use strict'
// Stands in for `wx-server-sdk`, so that a cloud function runs without an account and without a network.
//
// It has what a function needs to answer customer-service messages: `init`, `getWXContext`, `DYNAMIC_CURRENT_ENV` and
// `openapi.customerServiceMessage`. Everything else is refused by name. Calls, results and errors have the shapes of
// wx-server-sdk 3.0.4; what the platform answers is decided by whoever runs the function.

const APIS = ['send', 'setTyping', 'uploadTempMedia', 'getTempMedia']
const HERE = `init, getWXContext, DYNAMIC_CURRENT_ENV, logger, openapi.customerServiceMessage.{${APIS.join(', ')}}`
// What the SDK has and this does not; a name that is on neither list is undefined, as it is there.
const ELSEWHERE = ['callFunction', 'uploadFile', 'downloadFile', 'getTempFileURL', 'deleteFile', 'callContainer',
  'callOpenAPI', 'getOpenData', 'getVoIPSign', 'getCloudCallSign', 'openSecurity', 'cloudPay', 'getAuthClient']
// Where a chain of database calls begins to do something.
const ENDS = new Set(['get', 'add', 'set', 'update', 'remove', 'count', 'watch', 'end', 'createCollection',
  'runTransaction', 'startTransaction', 'commit', 'rollback'])
// Media that is kept, of which the oldest goes first.
const MOST_MEDIA = 16

let platform = null
const media = new Map()

class CloudSDKError extends Error {
  constructor (errCode, errMsg) {
    super(`errCode: ${errCode} | errMsg: ${errMsg}`)
    this.errCode = errCode
    this.errMsg = errMsg
  }
}

function refusal (name) {
  return new CloudSDKError(-1, `wxkf's stand-in for wx-server-sdk has no ${name}, only ${HERE}. ` +
    'For the real SDK in node_modules: wxkf ... --real-sdk. ' +
    `wxkf 的 wx-server-sdk 替身没有 ${name}，只有上面列出的这些；要使用 node_modules 中真正的 SDK，请加 --real-sdk。`)
}

// What is asked of every value, by whoever awaits or prints it.
function isInnocent (key) {
  return typeof key === 'symbol' || key === 'then' || key === 'toJSON'
}

function refused (name) {
  const refuse = () => Promise.reject(refusal(name))
  return new Proxy(refuse, { get: (_, key) => (isInnocent(key) ? undefined : refused(`${name}.${key}`)) })
}

// Collections, commands and queries are put together at the top of many functions: only using them is refused.
function unusable (name) {
  const target = function () {}
  return new Proxy(target, {
    get (_, key) {
      if (isInnocent(key)) return undefined
      return ENDS.has(key) ? () => Promise.reject(refusal(`${name}().${key}`)) : unusable(name)
    },
    apply: () => unusable(name),
    construct: () => unusable(name)
  })
}

function toSnakeCase (value) {
  if (Array.isArray(value)) return value.map(toSnakeCase)
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value
  const snake = (key) => key.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase())
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [snake(key), toSnakeCase(each)]))
}

function toCamelCase (result) {
  const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(result).map(([key, each]) => [camel(key), each]))
}

// Bytes stay here: how many there are is all that the platform is told.
function withoutBytes (given) {
  const part = given.media
  if (part === null || typeof part !== 'object') return [given, null]
  const bytes = Buffer.isBuffer(part.value) ? part.value : null
  return [{ ...given, media: { content_type: part.content_type, size: bytes ? bytes.length : null } }, bytes]
}

async function call (api, given, options) {
  const converts = options.convertCase !== false
  const shown = `openapi.customerServiceMessage.${api}`
  const [sent, bytes] = withoutBytes((converts ? toSnakeCase(given) : given) || {})
  const { errcode, errmsg, ...rest } = await platform.callApi(`customerServiceMessage.${api}`, sent)
  if (errcode) throw new CloudSDKError(errcode, `${shown}:fail ${errmsg}`)
  let result = converts ? toCamelCase(rest) : rest
  if (api === 'uploadTempMedia') {
    media.set(rest.media_id, { contentType: sent.media.content_type, buffer: bytes })
    if (media.size > MOST_MEDIA) media.delete(media.keys().next().value)
  } else if (api === 'getTempMedia') {
    // Of a picture that a user sent there is only its id.
    result = media.get(sent.media_id) || { contentType: 'image/png', buffer: Buffer.alloc(0) }
  }
  return { ...result, errMsg: `${shown}:ok`, errCode: 0 }
}

function openapi (options) {
  const known = Object.fromEntries(APIS.map((api) => [api, (given) => call(api, given, options)]))
  const customerServiceMessage = withRefusals(known, 'openapi.customerServiceMessage')
  return new Proxy(function () {}, {
    get (_, key) {
      if (isInnocent(key)) return undefined
      return key === 'customerServiceMessage' ? customerServiceMessage : refused(`openapi.${key}`)
    },
    apply (_, __, [given]) {
      if (given === null || typeof given !== 'object') throw new Error('an options object is expected')
      return openapi(given)
    }
  })
}

function withRefusals (known, name) {
  return new Proxy(known, {
    get: (target, key) => (isInnocent(key) || key in target ? target[key] : refused(`${name}.${key}`))
  })
}

const cloud = {
  DYNAMIC_CURRENT_ENV: Symbol.for('DYNAMIC_CURRENT_ENV'),
  init () {},
  updateConfig () {},
  getWXContext () {
    const event = platform.eventOf() || {}
    return { OPENID: event.FromUserName, APPID: event.ToUserName, ENV: 'wxkf', SOURCE: '' }
  },
  openapi: openapi({}),
  database: () => unusable('database'),
  logger: () => ({ log: console.log, info: console.info, warn: console.warn, error: console.error }),
  createNewInstance: () => cloud,
  Cloud: function () { return cloud }
}
for (const name of ELSEWHERE) cloud[name] = refused(name)

module.exports = cloud
// For the runner alone.
function install (given) {
  platform = given
  delete cloud.install
}
Object.defineProperty(cloud, 'install', { value: install, configurable: true })
