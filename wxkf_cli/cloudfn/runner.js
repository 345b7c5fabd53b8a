'use strict'
// Runs one cloud function: loads its index.js once, and calls `exports.main(event, context)` for each push.
//
//   node runner.js CHANNEL PLACE FOLDER BODY_LIMIT STAND_IN
//
// CHANNEL is a file descriptor over which one JSON object goes on each line, in both directions:
//
//   in    {"id", "of", "deadline", "event"}  a push; "of" comes back with its calls; "deadline" in seconds
//         {"call", "result"}                 what an API call of the function gets
//         {"ping"}                           asks whether this process still takes turns: so many seconds after its
//                                            last answer, or as soon as nothing of the function is left that would run
//   out   {"kind": "loaded"} | {"kind": "unloadable", "why", "error"}
//         {"kind": "returned", "id", "form", "body"} | {"kind": "oversize", "id", "size"}
//         {"kind": "threw", "id", "way", "error"}
//         {"kind": "call", "call", "id", "of", "api", "arguments"}
//         {"kind": "pong"}
//         {"kind": "exit", "code", "error"}    the last line, if there is time for one
//
// PLACE is a file descriptor too: the first four bytes of that file are the number of the push whose code runs, the
// lowest byte first; 0 for none. Whoever reads it while this process hangs or after its end knows whose fault that is.
//
// stdout and stderr stay the function's own. STAND_IN takes the place of `wx-server-sdk`; empty for the real one.

const fs = require('fs')
const Module = require('module')
const net = require('net')
const path = require('path')
const { AsyncLocalStorage, createHook } = require('async_hooks')
const { Worker } = require('worker_threads')

const [channel, place, folder, limit, standIn] = process.argv.slice(2)
// Kept, for the function may replace what is global.
const { stringify, parse } = JSON
const { writeSync } = fs
const { setImmediate, setTimeout } = global
const exit = process.exit.bind(process)
const now = performance.now.bind(performance)
const activeResources = process.getActiveResourcesInfo.bind(process)
const socket = new net.Socket({ fd: Number(channel), readable: true, writable: true })
const current = new AsyncLocalStorage()
const waiting = new Map()
const LONGEST_TEXT = 4000
const LONGEST_CALL = 1 << 20
const running = Buffer.alloc(4)
let calls = 0
let dying = null
// When it last was handed a push or answered one, in milliseconds since this process was started.
let busyAt = 0

process.argv = [process.argv[0], path.join(folder, 'index.js')]

function tell (message) {
  socket.write(stringify(message) + '\n')
}

function tellAtOnce (message) {
  try {
    writeSync(Number(channel), stringify(message) + '\n')
  } catch (error) {
    // Nobody is listening, or there is no room: the end of this process says it.
  }
}

// Whose code is about to run. Most of what follows is the same push's, so this is seldom written.
function enter (id) {
  if (running.readUInt32LE() === id) return
  running.writeUInt32LE(id)
  try {
    writeSync(Number(place), running, 0, 4, 0)
  } catch (error) {
    // The function closed it: then nobody knows.
  }
}

function enterCurrent () {
  enter((current.getStore() || { id: 0 }).id)
}

function shortened (value) {
  const text = String(value)
  return text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) + '…' : text
}

// What was thrown may be anything, even something that throws when it is looked at.
function described (error) {
  try {
    if (error instanceof Error || (error !== null && typeof error === 'object' && 'message' in error)) {
      const { name, message, stack } = error
      return { name: shortened(name || 'Error'), message: shortened(message), stack: shortened(stack || '') }
    }
    const text = error !== null && typeof error === 'object' ? stringify(error) : String(error)
    return { name: '', message: shortened(text), stack: '' }
  } catch (another) {
    return { name: '', message: 'something that cannot be shown', stack: '' }
  }
}

// What has no JSON, in a word: NaN, a function, a symbol, an object whose toJSON gives nothing.
function nameOf (value) {
  return typeof value === 'number' ? value : typeof value === 'object' ? 'an object whose toJSON gives nothing' : `a ${typeof value}`
}

// The return value as the platform would write it.
function returned (id, value) {
  let form = value === null ? 'null' : Array.isArray(value) ? 'array' : Buffer.isBuffer(value) ? 'buffer' : typeof value
  let body
  if (form === 'string') {
    body = value
  } else {
    try {
      body = stringify(value)
    } catch (error) {
      tell({ kind: 'threw', id, way: 'unwritable', error: described(error) })
      return
    }
    if (value === undefined || value === null) {
      form = 'nothing'
      body = ''
    } else if (body === undefined || body === 'null') {
      tell({ kind: 'threw', id, way: 'unwritable', error: described(nameOf(value)) })
      return
    }
  }
  if (body.length > Number(limit)) {
    tell({ kind: 'oversize', id, size: body.length })
    return
  }
  tell({ kind: 'returned', id, form, body })
}

function contextOf (id, deadline) {
  const until = Date.now() + deadline * 1000
  return {
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, until - Date.now()),
    memory_limit_in_mb: 256,
    time_limit_in_ms: Math.round(deadline * 1000),
    request_id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    function_name: path.basename(folder),
    function_version: '$LATEST',
    namespace: 'wxkf'
  }
}

// Where the real SDK looks: one instance has one push at a time there.
function setContext ({ FromUserName, ToUserName }) {
  Object.assign(process.env, { WX_CONTEXT_KEYS: 'WX_OPENID,WX_APPID', WX_OPENID: FromUserName, WX_APPID: ToUserName })
}

function run (main, { id, of, deadline, event }) {
  busyAt = now()
  if (!standIn) setContext(event)
  current.run({ id, of, event }, async () => {
    enter(id)
    try {
      returned(id, await main(event, contextOf(id, deadline)))
    } catch (error) {
      // Thrown or rejected: of an async function nobody can tell.
      tell({ kind: 'threw', id, way: 'threw', error: described(error) })
    }
    busyAt = now()
  })
}

// For the stand-in: one call of the platform's API, made while a push is handled.
function callApi (api, given) {
  return new Promise((resolve) => {
    const number = ++calls
    const { id, of } = current.getStore() || { id: null, of: null }
    const line = stringify({ kind: 'call', call: number, id, of, api, arguments: given })
    if (line.length > LONGEST_CALL) return resolve({ errcode: 45002, errmsg: 'content size out of limit' })
    waiting.set(number, resolve)
    socket.write(line + '\n')
  })
}

// Pipes are the channel, stdout and stderr; a timer of ours that is due is not counted any more.
function isAtRest () {
  return waiting.size === 0 && activeResources().every((kind) => kind === 'PipeWrap')
}

// Not before what is due has had its turn: it may end this process.
function answerPing (seconds) {
  setTimeout(() => setImmediate(() => {
    if (now() >= busyAt + seconds * 1000 || isAtRest()) tell({ kind: 'pong' })
    else answerPing(seconds)
  }), 1)
}

function take (main, line) {
  const message = parse(line)
  if ('event' in message) {
    run(main, message)
  } else if ('call' in message) {
    const resolve = waiting.get(message.call)
    waiting.delete(message.call)
    resolve(message.result)
  } else if ('ping' in message) {
    answerPing(message.ping)
  }
}

function listen (main) {
  let pieces = []
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    const lines = text.split('\n')
    const last = lines.pop()
    if (lines.length) {
      lines[0] = pieces.join('') + lines[0]
      pieces = []
    }
    if (last) pieces.push(last)
    for (const line of lines) take(main, line)
  })
}

function replaceSdk () {
  const resolve = Module._resolveFilename
  Module._resolveFilename = function (request, ...rest) {
    return request === 'wx-server-sdk' ? standIn : resolve.call(this, request, ...rest)
  }
  const { install } = require(standIn)
  install({ callApi, eventOf: () => (current.getStore() || {}).event })
}

function load () {
  try {
    if (standIn) replaceSdk()
    const { main } = require(process.argv[1])
    if (typeof main === 'function') return main
    tellAtOnce({ kind: 'unloadable', why: 'no-main', error: null })
  } catch (error) {
    tellAtOnce({ kind: 'unloadable', why: error && error.code ? String(error.code) : '', error: described(error) })
  }
  process.removeAllListeners('exit')
  return exit(1)
}

// Whoever started this process is gone: nobody wants its answers. A loop without end would not hear of it, so a thread
// looks after that.
socket.on('close', () => exit(0))
socket.on('error', () => exit(0))
const watch = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, 'SIGKILL'), 500)`
new Worker(watch, { eval: true }).unref()
process.on('uncaughtExceptionMonitor', (error, origin) => {
  // Of a rejection that nobody handles no hook tells.
  enterCurrent()
  dying = { way: origin === 'unhandledRejection' ? 'unhandled-rejection' : 'uncaught', ...described(error) }
})
process.on('exit', (code) => {
  tellAtOnce({ kind: 'exit', code, error: dying })
})
createHook({ before: enterCurrent }).enable()

const main = load()
tell({ kind: 'loaded' })
listen(main)
