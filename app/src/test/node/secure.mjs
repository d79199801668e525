// The npm SDK over wss, in both encodings. Argument: the address. Prints "ok", or says what went wrong.
import assert from 'node:assert/strict';
import WebSocket from 'ws';

const base = process.argv[2];
assert.match(base, /^https:/);

async function post(path, body) {
  const answer = await fetch(`${base}api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path} was answered ${answer.status}`);
  return answer.json();
}

async function walk(encoding) {
  const module = await import(encoding === 'protobuf' ? 'centrifuge/build/protobuf' : 'centrifuge');
  const { Centrifuge } = module.Centrifuge ? module : module.default;
  const pack = (value) => (encoding === 'protobuf' ? new TextEncoder().encode(JSON.stringify(value)) : value);
  const unpack = (value) => (encoding === 'protobuf' ? JSON.parse(new TextDecoder().decode(value)) : value);
  const handle = `npm.${encoding}.${Date.now().toString(36)}`;
  const password = `password of ${handle}`;
  await post('accounts', { handle, displayName: 'Npm', password });
  const { accessToken } = await post('tokens', { handle, password, device: 'npm' });
  const client = new Centrifuge(`${base.replace('http', 'ws')}connection/websocket`, { websocket: WebSocket, token: accessToken });
  const arrived = new Promise((resolve) => {
    client.on('publication', ({ data }) => unpack(data).body?.text === 'inside' && resolve());
  });
  client.connect();
  await client.ready(10_000);
  const group = { id: 'g', kind: 'group', title: 'T', members: [] };
  const { conversation } = unpack((await client.rpc('conversation.create', pack(group))).data);
  await client.rpc('message.send', pack({ conversation, id: '1', body: { text: 'inside' } }));
  await arrived;
  client.disconnect();
}

await walk('json');
await walk('protobuf');
console.log('ok');
