// A walk of the npm SDK through the whole stack. Arguments: the address past which nothing is cut, the one
// that can be cut, json or protobuf. What only the test can do is asked
// for on standard output, one word a line (cut, away, back), and answered on standard input. Prints "ok" last,
// or says what went wrong and exits 1.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const [steady, shaky, encoding] = process.argv.slice(2);
const { Centrifuge } = await import(
  encoding === 'protobuf' ? 'centrifuge/build/protobuf' : 'centrifuge'
).then((module) => (module.Centrifuge ? module : module.default));

const GAP = 5_000;
const bytes = new TextEncoder();
const text = new TextDecoder();
const out = (value) => (encoding === 'protobuf' ? bytes.encode(JSON.stringify(value)) : value);
const back = (value) => (encoding === 'protobuf' ? JSON.parse(text.decode(value)) : value);
const upTo = (last, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function ask(what) {
  console.log(what);
  assert.equal((await answers.next()).value, 'done');
}

async function until(what, condition, seconds = 20) {
  const end = Date.now() + seconds * 1_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function post(path, body) {
  const answer = await fetch(`${steady}api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path} was answered ${answer.status}`);
  return answer.json();
}

async function signUp(name) {
  const handle = `${name}.${encoding}.${Date.now().toString(36)}`;
  const password = `password of ${handle}`;
  const { id } = await post('accounts', { handle, displayName: name, password });
  return { id, ...(await post('tokens', { handle, password, device: 'npm' })) };
}

/** A fresh access token; the refresh token of the person is used up and replaced, by one client at a time. */
function refreshed(person) {
  person.turn = (person.turn ?? Promise.resolve()).then(async () => {
    Object.assign(person, await post('tokens/refresh', { refreshToken: person.refreshToken }));
    return person.accessToken;
  });
  return person.turn;
}

function connect(person, address, options = {}) {
  const client = new Centrifuge(`${address.replace('http', 'ws')}connection/websocket`, {
    websocket: WebSocket,
    token: person.accessToken,
    getToken: () => refreshed(person),
    minReconnectDelay: 50,
    maxReconnectDelay: 300,
    timeout: 10_000,
    ...options,
  });
  client.seen = [];
  for (const event of ['connected', 'disconnected', 'subscribed', 'publication', 'error']) {
    client.on(event, (context) => client.seen.push([event, context]));
  }
  client.of = (event) => client.seen.filter((one) => one[0] === event).map((one) => one[1]);
  client.entries = (channel) =>
    client.of('publication').filter((one) => one.channel === channel && one.offset).map((one) => back(one.data));
  client.seqs = (channel) => client.entries(channel).map((entry) => entry.seq);
  client.connect();
  return client;
}

const call = async (client, method, data) => back((await client.rpc(method, out(data))).data);
const send = (client, conversation, i) =>
  call(client, 'message.send', { conversation, id: `m${i}`, body: { text: `häuser 🏠 ${i}`, n: [1, null] } });

async function sendMany(client, conversation, from, to) {
  for (let begin = from; begin < to; begin += 60) {
    const some = upTo(Math.min(to, begin + 60) - 1, begin);
    const sent = await Promise.all(some.map((i) => send(client, conversation, i)));
    assert.deepEqual(sent.map((one) => one.seq), some.map((i) => i + 3), 'sends of one connection keep their order');
  }
}

async function chat(alice, bob, people) {
  const made = await call(alice, 'conversation.create', { id: 'd', kind: 'direct', with: people.bob.id });
  assert.deepEqual([made.seq, made.created], [2, true]);
  const { conversation } = made;
  const channel = `c:${conversation}`;
  for (let i = 0; i < 40; i++) {
    assert.equal((await send(i % 2 ? bob : alice, conversation, i)).seq, i + 3);
  }
  assert.deepEqual((await send(alice, conversation, 0)).repeated, true);
  for (const client of [alice, bob]) {
    await until('42 entries', () => client.entries(channel).length >= 42);
    assert.deepEqual(client.seqs(channel), upTo(42));
    assert.deepEqual(client.entries(channel)[2].body, { text: 'häuser 🏠 0', n: [1, null] });
  }
  return conversation;
}

async function cuts(alice, bob, conversation) {
  const channel = `c:${conversation}`;
  for (let i = 40; i < 240; i++) {
    await send(alice, conversation, i);
    if (i % 60 === 50) await ask('cut');
  }
  await until('242 entries', () => bob.entries(channel).length >= 242);
  assert.deepEqual(bob.seqs(channel), upTo(242), 'nothing missing, nothing twice');
  assert.ok(bob.of('connected').length >= 2, 'was cut');
  await ask('away');
  await sendMany(alice, conversation, 240, 240 + GAP);
  await ask('back');
  await until('the gap', () => bob.entries(channel).length >= 242 + GAP);
  assert.deepEqual(bob.seqs(channel), upTo(242 + GAP), 'the gap is filled in order');
  const lost = bob.of('subscribed').filter((one) => one.channel === channel && one.wasRecovering && !one.recovered);
  assert.deepEqual(lost, []);
}

async function history(alice, conversation) {
  const channel = `c:${conversation}`;
  const { epoch, offset } = await alice.history(channel, { limit: 0 });
  assert.equal(Number(offset), 242 + GAP);
  const page = async (options) => (await alice.history(channel, options)).publications.map((one) => Number(one.offset));
  assert.deepEqual(await page({ limit: 100, since: { offset: 4_000, epoch } }), upTo(4_100, 4_001));
  assert.deepEqual(await page({ limit: 100, reverse: true, since: { offset: 101, epoch } }), upTo(100).reverse());
  assert.deepEqual(await page({ limit: 2, reverse: true }), [242 + GAP, 241 + GAP]);
  assert.equal((await page({ limit: 5_000, since: { offset: 0, epoch } })).length, 100);
  await assert.rejects(alice.history('c:1', { limit: 1 }), { code: 103 });
}

async function clientMode(people, conversation) {
  const token = await refreshed(people.bob);
  const client = connect(people.bob, steady, { token, data: out({ subscriptions: 'client' }) });
  await client.ready(10_000);
  assert.deepEqual(client.of('subscribed').map((one) => one.channel), [`u:${people.bob.id}`]);
  const subscription = client.newSubscription(`c:${conversation}`, {
    since: { offset: 5_200, epoch: (await client.history(`c:${conversation}`, { limit: 0 })).epoch },
  });
  const offsets = [];
  subscription.on('publication', (one) => offsets.push(Number(one.offset)));
  subscription.subscribe();
  await subscription.ready(10_000);
  await until('what came after 5,200', () => offsets.length >= 242 + GAP - 5_200);
  assert.deepEqual(offsets, upTo(242 + GAP, 5_201));
  const foreign = client.newSubscription('c:1');
  const refused = new Promise((resolve) => foreign.on('unsubscribed', (context) => resolve(context.code)));
  foreign.subscribe();
  assert.equal(await refused, 103);
  client.disconnect();
}

async function tokens(people) {
  const forged = connect({ accessToken: `${people.alice.accessToken.slice(0, -8)}AAAAAAAA` }, steady);
  await until('the end of the forged one', () => forged.of('disconnected').length === 1);
  assert.equal(forged.of('disconnected')[0].code, 3500);
  let asked = 0;
  const getToken = () => {
    asked += 1;
    return refreshed(people.carol);
  };
  const carol = connect(people.carol, steady, { getToken });
  return async () => {
    await until('a refresh of the token', () => asked >= 1, 30);
    assert.equal((await call(carol, 'account.get', { account: people.carol.id })).id, people.carol.id);
    assert.equal(carol.of('connected').length, 1);
    carol.disconnect();
  };
}

try {
  const people = { alice: await signUp('alice'), bob: await signUp('bob'), carol: await signUp('carol') };
  const tokenIsRefreshed = await tokens(people);
  const alice = connect(people.alice, steady);
  const bob = connect(people.bob, shaky);
  await Promise.all([alice.ready(10_000), bob.ready(10_000)]);
  assert.equal(back(bob.of('connected')[0].data).account, people.bob.id);
  const conversation = await chat(alice, bob, people);
  await cuts(alice, bob, conversation);
  await history(alice, conversation);
  await clientMode(people, conversation);
  await tokenIsRefreshed();
  console.log('ok');
  process.exit(0);
} catch (failure) {
  console.error(failure);
  process.exit(1);
}
