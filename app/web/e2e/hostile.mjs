// Mallory writes nothing but what would run if it were ever taken for more than text: a name, titles, messages.
import * as fs from "node:fs";
import { eventually, expect, expectEqual } from "./expect.mjs";

const NAME = "<img src=x onerror=alert(1)>\"'><svg/onload=alert(2)>";

/** The corpus of the unit tests: an array of texts, as TypeScript and as JavaScript. */
function corpus() {
  const source = fs.readFileSync(new URL("../test/hostile.ts", import.meta.url), "utf8");
  const texts = new Function(`return ${source.slice(source.indexOf("= [") + 2)}`)();
  expect(texts.length >= 50, `the corpus was read: ${texts.length} texts`);
  return texts.filter((text) => text.isWellFormed());
}

/** Runs in the page: signs Mallory up and writes to `bob` from a connection of her own. */
async function write({ handle, name, bob, texts }) {
  const post = async (path, body, token) => {
    const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
    return (await fetch(`/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const password = `secret of ${handle}`;
  await post("accounts", { handle, displayName: name, password });
  const { accessToken } = await post("tokens", { handle, password, device: name });
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/connection/websocket`);
  await new Promise((open) => socket.addEventListener("open", open));
  const waiting = new Map();
  socket.addEventListener("message", ({ data }) => {
    for (const line of data.split("\n")) {
      const reply = JSON.parse(line);
      if (line === "{}") {
        socket.send("{}");
      }
      waiting.get(reply.id)?.(reply);
    }
  });
  let id = 0;
  const command = (part) =>
    new Promise((answer) => {
      waiting.set(++id, answer);
      socket.send(`{"id":${id},${part}}`);
    });
  const rpc = (method, data) => command(`"rpc":{"method":${JSON.stringify(method)},"data":${data}}`);
  await command(`"connect":{"token":${JSON.stringify(accessToken)}}`);
  const found = await rpc("account.find", JSON.stringify({ handle: bob }));
  const members = [found.rpc.data.id];
  const titles = [];
  let conversation = "";
  for (const [index, title] of texts.entries()) {
    const group = await rpc("conversation.create", JSON.stringify({ id: `${index}`, kind: "group", title, members }));
    if (group.rpc) {
      titles.push(title);
      conversation = group.rpc.data.conversation;
    }
  }
  const bodies = texts.map((text) => JSON.stringify({ text }));
  bodies.push('{"text":"own","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
  bodies.push('{"__proto__":{"text":"inherited"}}', '{"text":{"toString":"x"}}', '{"text":["<b>"]}', '{"html":"<b>x</b>"}');
  bodies.push('{"text":"last of all"}');
  let sent = 0;
  for (const [index, body] of bodies.entries()) {
    const reply = await rpc("message.send", `{"conversation":"${conversation}","id":"${index}","body":${body}}`);
    sent += reply.rpc ? 1 : 0;
  }
  socket.close();
  return { titles, sent };
}

export async function hostile({ alice, bob, suffix }) {
  const texts = corpus();
  const handle = `mallory.${suffix}`;
  const { titles, sent } = await alice.page.evaluate(write, { handle, name: NAME, bob: bob.handle, texts });
  expect(titles.length >= 40, `titles that the server takes: ${titles.length}`);
  expect(sent >= 50, `messages that the server takes: ${sent}`);
  await eventually(async () => {
    const lines = await bob.page.locator(".line-title").allTextContents();
    return titles.every((title) => lines.includes(title));
  }, "each title is listed as it was written");
  await bob.page.locator("a.line").first().click();
  await bob.sees("last of all");
  await bob.scrollToStart();
  const bodies = await bob.texts();
  for (const text of texts.filter((each) => each.trim() === each && !/[\u0000-\u001f]/.test(each))) {
    expect(bodies.includes(text), `the message is shown as it was written: ${text}`);
  }
  await bob.page.getByText(NAME, { exact: true }).first().waitFor();
  const inside = await bob.page.locator(".line-title *, .author bdi *, .body :not(a), .body a:not([href^='http'])").count();
  expectEqual(inside, 0, "titles, names and messages hold nothing but text and web links");
  const state = await bob.page.evaluate(() => [window.hacked ?? 0, ({}).polluted ?? 0]);
  expectEqual(state, [0, 0], "nothing ran and no prototype was changed");
  expectEqual(await foreign(bob.page), [], "nothing was loaded from elsewhere");
}

/** Addresses that the page asked for and that are not its own. */
async function foreign(page) {
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => entry.name)
      .filter((name) => !name.startsWith(`${location.origin}/`) && !name.startsWith("data:")),
  );
}
