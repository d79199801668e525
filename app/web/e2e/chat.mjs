// Two people chat through a running server, in two browsers, with real clicks and keys.
// Usage: node chat.mjs BASE-URL FOLDER-FOR-SCREENSHOTS        (Chromium: CHROMIUM or /usr/bin/chromium)
// Exit code 0 when every expectation held and no browser reported an error.
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { chromium } from "playwright-core";
import { expectEqual } from "./expect.mjs";
import { Person } from "./person.mjs";
import { steps } from "./scenario.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-sync",
  "--metrics-recording-only",
  "--no-first-run",
  "--no-pings",
  "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
];

const [base, folder] = process.argv.slice(2);
if (base === undefined || folder === undefined) {
  console.error("usage: node chat.mjs BASE-URL FOLDER-FOR-SCREENSHOTS");
  process.exit(2);
}

async function main() {
  fs.mkdirSync(folder, { recursive: true });
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  const suffix = randomBytes(4).toString("hex");
  const alice = new Person(browser, base, `alice.${suffix}`, "Alice Ånström");
  const bob = new Person(browser, base, `bob.${suffix}`, "Bob");
  const carol = new Person(browser, base, `carol.${suffix}`, "Carol Díaz");
  bob.expectedComplaints = [/ERR_INTERNET_DISCONNECTED/];
  const world = { alice, bob, carol, group: `Harbour walk ${suffix}`, suffix, folder };
  let title = "";
  try {
    for (const next of steps) {
      title = next.title;
      const start = Date.now();
      await next.work(world);
      const complaints = [alice, bob, carol].flatMap((person) => person.complaints);
      expectEqual(complaints, [], "no browser reports an error");
      console.log(`ok    ${title} (${Date.now() - start} ms)`);
    }
    console.log(`${steps.length} steps passed, screenshots in ${folder}`);
  } catch (fault) {
    console.error(`FAIL  ${title}\n${fault.stack ?? fault}`);
    for (const person of [alice, bob, carol]) {
      await person.page?.screenshot({ path: `${folder}/failed-${person.displayName.split(" ")[0]}.png` }).catch(() => {});
      person.complaints.forEach((complaint) => console.error(`  ${complaint}`));
    }
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

await main();
