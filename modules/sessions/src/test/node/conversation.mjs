// One conversation of the npm SDK with the server whose address is the first argument; the second is
// json or protobuf. Says what went wrong and exits 1, or prints "ok".
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import WebSocket from 'ws';

const [address, encoding] = process.argv.slice(2);
const { Centrifuge } = await import(
  encoding === 'protobuf' ? 'centrifuge/build/protobuf' : 'centrifuge'
).then((module) => (module.Centrifuge ? module : module.default));

// Tokens as the profile takes them. Their end is in whole seconds: 2 is between 1 and 2 from now.
const encoded = (value) => Buffer.from(value).toString('base64url');
function token(user, seconds, key = 'secret', channel = undefined) {
  const exp = seconds === undefined ? undefined : Math.floor(Date.now() / 1000) + seconds;
  const text = `${encoded('{"alg":"HS256"}')}.${encoded(JSON.stringify({ sub: user, exp, channel }))}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

// Calls the HTTP API.
async function api(method, parameters) {
  const url = address.replace('ws:', 'http:').replace('/connection/websocket', `/api/${method}`);
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(parameters) });
  return (await answer.json()).result;
}

// Cuts a person off, who connects again, and publishes three entries meanwhile.
async function drop(user, channel) {
  await api('disconnect', { user, disconnect: { code: 3011, reason: 'force reconnect' } });
  for (let missed = 1; missed <= 3; missed++) await api('publish', { channel, data: { missed } });
}

const bytes = new TextEncoder();
const text = new TextDecoder();
const out = (value) => (encoding === 'protobuf' ? bytes.encode(JSON.stringify(value)) : value);
const back = (value) => (encoding === 'protobuf' ? JSON.parse(text.decode(value)) : value);

// Each run has its own people and channels.
const own = (name) => `${name}-${encoding}`;

const deadline = setTimeout(() => {
  console.error('not done within 60 s');
  process.exit(1);
}, 60_000);

async function until(what, condition) {
  for (let i = 0; i < 1_000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not seen: ${what}`);
}

function connect(options) {
  const client = new Centrifuge(address, { websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 200, ...options });
  client.seen = [];
  for (const event of ['connected', 'disconnected', 'subscribed', 'unsubscribed', 'message', 'publication', 'error']) {
    client.on(event, (context) => client.seen.push([event, context]));
  }
  client.of = (event) => client.seen.filter((one) => one[0] === event).map((one) => one[1]);
  client.connect();
  return client;
}

async function calls() {
  const client = connect({ token: token(own('7')) });
  const subscription = client.newSubscription(own('recovery:room'));
  const entries = [];
  subscription.on('publication', (context) => entries.push(context));
  subscription.subscribe();
  await subscription.ready(5_000);
  const connected = client.of('connected')[0];
  assert.match(connected.client, /^[0-9a-f-]{36}$/);
  assert.deepEqual(back(connected.data), { user: own('7') });
  assert.equal(client.of('subscribed')[0].channel, `#${own('7')}`);

  const value = { text: 'häuser 🏠\n"x"', n: [1, 2.5e-3, null, true], o: { '': [] } };
  assert.deepEqual(back((await client.rpc('echo', out(value))).data), value);
  await assert.rejects(client.rpc('nothing', out({})), { code: 108 });
  for (let i = 1; i <= 5; i++) await subscription.publish(out({ i, text: 'é' }));
  await until('five publications', () => entries.length === 5);
  entries.forEach((entry, i) => {
    assert.equal(Number(entry.offset), i + 1);
    assert.deepEqual(back(entry.data), { i: i + 1, text: 'é' });
    assert.equal(entry.info.user, own('7'));
  });
  const page = await subscription.history({ limit: 2, reverse: true });
  assert.deepEqual(page.publications.map((one) => back(one.data).i), [5, 4]);
  assert.equal(Number(page.offset), 5);
  assert.equal((await subscription.history({ limit: 0 })).publications.length, 0);
  const presence = await subscription.presence();
  assert.equal(presence.clients[connected.client].user, own('7'));
  assert.deepEqual(await subscription.presenceStats(), { numClients: 1, numUsers: 1 });
  await client.send(out({ note: 1 }));
  await until('the message', () => client.of('message').length === 1);

  for (let i = 0; i < 20; i++) {
    subscription.unsubscribe();
    subscription.subscribe();
    await subscription.ready(5_000);
  }
  await client.publish(own('recovery:room'), out({ i: 6 }));
  await until('the publication after subscribing again', () => entries.length === 6);
  client.disconnect();
}

async function recovery() {
  const client = connect({ token: token(own('8')) });
  const subscription = client.newSubscription(own('recovery:lost'));
  const entries = [];
  const subscribed = [];
  subscription.on('publication', (context) => entries.push(context));
  subscription.on('subscribed', (context) => subscribed.push(context));
  subscription.subscribe();
  await subscription.ready(5_000);
  await subscription.publish(out({ first: true }));
  await until('the first entry', () => entries.length === 1);
  await drop(own('8'), own('recovery:lost'));
  await until('the missed entries', () => entries.length === 4);
  assert.deepEqual(entries.map((one) => Number(one.offset)), [1, 2, 3, 4]);
  assert.deepEqual(entries.slice(1).map((one) => back(one.data).missed), [1, 2, 3]);
  assert.ok(subscribed[1].wasRecovering && subscribed[1].recovered);
  assert.equal(client.of('connected').length, 2);
  await drop(own('8'), `#${own('8')}`);
  await until('the missed entries of the server-side subscription', () => client.of('publication').length === 3);
  assert.deepEqual(client.of('publication').map((one) => Number(one.offset)), [1, 2, 3]);
  client.disconnect();
}

async function tokens() {
  const forged = connect({ token: token('7', 60, 'another secret') });
  await until('the end of the forged one', () => forged.of('disconnected').length === 1);
  assert.equal(forged.of('disconnected')[0].code, 3500);
  let asked = 0;
  const client = connect({ token: token(own('9'), -1), getToken: async () => token(own('9'), ++asked === 1 ? 2 : 60) });
  await until('a refresh', () => asked >= 2);
  const channel = own('token');
  let permits = 0;
  const subscription = client.newSubscription(channel, { getToken: async () => token(own('9'), ++permits === 2 ? 60 : 2, 'secret', channel) });
  const lost = [];
  for (const event of ['subscribing', 'unsubscribed']) subscription.on(event, (context) => lost.push(context));
  subscription.subscribe();
  await subscription.ready(5_000);
  await until('a new permit for the subscription', () => permits === 2);
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  assert.equal(client.of('connected').length, 1);
  assert.equal(client.of('disconnected').length, 0);
  assert.equal(lost.length, 1, 'the renewed subscription was lost');
  client.disconnect();
}

// A subscription whose token is not renewed ends, and begins anew with another token.
async function expiry() {
  const client = connect({ token: token(own('10')) });
  const channel = own('expiring');
  const subscription = client.newSubscription(channel, { token: token(own('10'), 2, 'secret', channel) });
  subscription._refresh = () => {};
  const lost = [];
  subscription.on('subscribing', (context) => lost.push(context.code));
  subscription.on('unsubscribed', (context) => lost.push(context.code));
  subscription.subscribe();
  await subscription.ready(5_000);
  await until('the end of the subscription', () => lost.length >= 2);
  assert.equal(lost[1], 2501);
  client.disconnect();
}

async function pings() {
  const client = connect({ maxServerPingDelay: 2_500 });
  await client.ready(5_000);
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  assert.equal(client.of('connected').length, 1, 'reconnected for want of pings');
  client.disconnect();
}

try {
  await Promise.all([calls(), recovery(), tokens(), expiry(), pings()]);
  clearTimeout(deadline);
  console.log('ok');
} catch (failure) {
  console.error(failure);
  process.exit(1);
}
