// What Alice, Bob and Carol do, step by step, and what they must see.
import { expectAccessible } from "./accessible.mjs";
import { eventually, expect, expectEqual } from "./expect.mjs";
import { hostile } from "./hostile.mjs";

/** Texts that would run, or look like something else, if they were ever taken for markup. */
const HOSTILE = [
  "<script>window.hacked = 1</script>",
  "<img src=x onerror=window.hacked=1>",
  "<svg/onload=window.hacked=1>",
  "\"><iframe srcdoc='<script>parent.hacked=1</script>'>",
  "javascript:window.hacked=1",
  "https://example.org/\"onmouseover=\"window.hacked=1",
  "&lt;b&gt;{{7*7}}${7*7}</textarea>",
];

/** The steps in their order; each goes on from where the one before it ended. */
export const steps = [];

/** `work` gets the three people, the name of their group, and where screenshots go. */
function step(title, work) {
  steps.push({ title, work });
}

step("sign-up of three people, wrong input told at the field", async ({ alice, bob, carol, folder }) => {
  await alice.start();
  await alice.screenshot(folder, "01-sign-in");
  await expectAccessible(alice.page, "signing in");
  await alice.page.getByRole("button", { name: "Create an account" }).click();
  await alice.page.getByLabel("Handle").fill("A!");
  await alice.page.getByRole("button", { name: "Create account" }).click();
  await alice.page.getByText("3 to 32 characters").waitFor();
  await alice.screenshot(folder, "02-sign-up");
  await expectAccessible(alice.page, "signing up, with complaints");
  await alice.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await alice.signUp();
  await alice.page.getByText("No conversations yet").waitFor();
  await alice.screenshot(folder, "03-empty");
  await expectAccessible(alice.page, "the empty list");
  await bob.start();
  await bob.signUp();
  await carol.start();
  await carol.signUp();
});

step("a conversation by handle, both ways, with an unread count", async ({ alice, bob, folder }) => {
  await alice.writeTo(bob.handle);
  await alice.say("Hello Bob, are you coming to the harbour on Saturday?");
  await bob.seesUnread(alice.displayName, 1);
  await alice.say("I can bring coffee.");
  await bob.seesUnread(alice.displayName, 2);
  await eventually(async () => /^\(2\)/.test(await bob.page.title()), "the title of the page counts the unread");
  await bob.screenshot(folder, "04-unread");
  await bob.open(alice.displayName);
  await bob.sees("I can bring coffee.");
  await bob.page.getByText("New", { exact: true }).waitFor();
  await bob.seesNothingUnread(alice.displayName);
  await bob.say("Yes! See https://example.org/harbour?day=sat for the way.");
  await alice.sees("I can bring coffee.");
  const link = alice.page.getByRole("link", { name: "https://example.org/harbour?day=sat", exact: true });
  await link.waitFor();
  expectEqual(await link.getAttribute("rel"), "noopener noreferrer", "links do not hand over the opener");
  await alice.type("Two lines:");
  await alice.sees("Two lines:");
  await alice.page.keyboard.type("first");
  await alice.page.keyboard.press("Shift+Enter");
  await alice.page.keyboard.type("second");
  await alice.page.keyboard.press("Enter");
  await eventually(
    async () => (await bob.texts()).includes("first\nsecond"),
    "Shift+Enter begins a new line in the same message",
  );
});

step("a person who is not there, and oneself, are no partners", async ({ alice, suffix, folder }) => {
  await alice.page.getByRole("button", { name: "New conversation" }).click();
  await alice.page.getByLabel("Handle", { exact: true }).fill(`nobody.${suffix}`);
  await alice.page.keyboard.press("Enter");
  await alice.page.getByText("Nobody has this handle.").waitFor();
  await alice.page.getByLabel("Handle", { exact: true }).fill(alice.handle);
  await alice.page.keyboard.press("Enter");
  await alice.page.getByText("This is your own handle.").waitFor();
  await alice.screenshot(folder, "05-new-conversation");
  await expectAccessible(alice.page, "the dialog for a new conversation");
  await alice.page.keyboard.press("Escape");
  await alice.page.getByRole("dialog").waitFor({ state: "detached" });
});

step("hostile text stays text", async ({ alice, bob }) => {
  for (const text of HOSTILE) {
    await alice.say(text);
  }
  await eventually(async () => (await bob.texts()).includes(HOSTILE.at(-1)), "the last hostile text arrives");
  const seen = await bob.texts();
  expect(HOSTILE.every((text) => seen.includes(text)), "each hostile text is shown as it was written");
  for (const person of [alice, bob]) {
    expectEqual(await person.page.evaluate(() => window.hacked ?? 0), 0, "no text runs");
    const strange = await person.page.locator(".body :not(a), .body a:not([href^='http'])").count();
    expectEqual(strange, 0, "a message holds nothing but text and web links");
  }
});

step("a group: created, renamed, somebody added, somebody left", async ({ alice, bob, carol, group, folder }) => {
  await alice.createGroup("First name", [bob.handle]);
  await alice.say("Welcome to the group.");
  await alice.page.getByRole("button", { name: "Details" }).click();
  await alice.page.getByLabel("Name of the group").fill(group);
  await alice.page.getByRole("button", { name: "Rename" }).click();
  await alice.page.getByRole("heading", { name: group, level: 2, includeHidden: true }).waitFor();
  await alice.page.getByLabel("Add somebody by handle").fill(carol.handle);
  await alice.page.getByRole("button", { name: "Add", exact: true }).click();
  await alice.page.getByRole("dialog").getByText(`@${carol.handle}`).waitFor();
  await alice.screenshot(folder, "06-details");
  await expectAccessible(alice.page, "the dialog with the details");
  await alice.page.keyboard.press("Escape");
  await carol.open(group);
  await carol.say("Thank you for adding me.");
  await bob.open(group);
  await bob.sees("Thank you for adding me.");
  await bob.page.locator("li.note", { hasText: `${alice.displayName} added ${carol.displayName}` }).waitFor();
  await carol.page.getByRole("button", { name: "Details" }).click();
  await carol.page.getByRole("button", { name: "Leave the group" }).click();
  await carol.page.getByRole("button", { name: "Really leave?" }).click();
  await carol.page.getByText("No conversations yet").waitFor();
  await bob.page.locator("li.note", { hasText: `${carol.displayName} left` }).waitFor();
  await bob.screenshot(folder, "07-group");
  await expectAccessible(bob.page, "a conversation");
});

step("paging upwards over more than 120 messages, nothing missing, nothing twice", async ({ alice, bob, group }) => {
  await bob.open(alice.displayName);
  await alice.open(group);
  for (let number = 1; number <= 130; number++) {
    await alice.type(`message ${number}`);
  }
  await alice.message("message 130").and(alice.page.locator(".sent")).waitFor({ timeout: 60_000 });
  await bob.open(group);
  await bob.scrollToStart();
  const numbered = (await bob.texts()).filter((text) => /^message \d+$/.test(text));
  const wanted = Array.from({ length: 130 }, (_, index) => `message ${index + 1}`);
  expectEqual(numbered, wanted, "all 130 messages are there once, in order");
  await bob.page.getByRole("button", { name: "Newest messages" }).or(bob.page.locator(".jump")).click();
  await bob.sees("message 130");
  await bob.seesNothingUnread(group);
});

step("a new message does not move what is being read", async ({ alice, bob, group, folder }) => {
  const log = bob.page.getByRole("log");
  await log.hover();
  const topOf = (text) => bob.page.evaluate((wanted) => {
    const rows = [...document.querySelectorAll("li.message")];
    return rows.find((row) => row.querySelector(".body").textContent === wanted)?.getBoundingClientRect().top ?? -1;
  }, text);
  const start = await topOf("message 100");
  await bob.page.mouse.wheel(0, -2_500);
  let before = start;
  await eventually(async () => {
    const seen = await topOf("message 100");
    await bob.page.waitForTimeout(300);
    before = await topOf("message 100");
    return before === seen && before !== start;
  }, "the scrolling ends");
  await alice.say("One more while you read.");
  await bob.page.getByRole("button", { name: "1 new message" }).waitFor();
  expect(Math.abs((await topOf("message 100")) - before) < 2, "the rows in sight stay where they are");
  await bob.screenshot(folder, "08-reading-above");
  await bob.page.getByRole("button", { name: "1 new message" }).click();
  await bob.seesNothingUnread(group);
});

step("who is typing, who is there, who has read", async ({ alice, bob, group, folder }) => {
  await alice.open(bob.displayName);
  await bob.open(alice.displayName);
  await alice.page.locator(".thread-subtitle", { hasText: "Online" }).waitFor();
  await bob.page.getByRole("textbox", { name: "Message" }).click();
  await bob.page.keyboard.type("I am just thin");
  await alice.page.getByText(`${bob.displayName} is typing`).waitFor();
  await alice.screenshot(folder, "18-typing");
  await bob.page.keyboard.type("king.");
  await bob.page.keyboard.press("Enter");
  await alice.sees("I am just thinking.");
  await alice.page.getByText(`${bob.displayName} is typing`).waitFor({ state: "hidden" });
  await alice.say("Take your time.");
  await alice.message("Take your time.").getByText("Seen").waitFor();
  for (const person of [alice, bob]) {
    await person.open(group);
  }
});

step("edits, replies, reactions, mentions and deletions are right for everybody at once", async ({ alice, bob, group, folder }) => {
  await alice.say("See you at nien.");
  await bob.sees("See you at nien.");
  await alice.onMessage("See you at nien.", "Edit");
  await alice.page.getByRole("textbox", { name: "Message" }).fill("See you at nine.");
  await alice.page.keyboard.press("Enter");
  await bob.sees("See you at nine.");
  expectEqual(await bob.message("See you at nien.").count(), 0, "the old text is gone");
  await bob.message("See you at nine.").getByText("edited").waitFor();
  await bob.onMessage("See you at nine.", "Reply");
  await bob.say("I will be there.");
  const answer = alice.message("I will be there.");
  await answer.locator(".reply", { hasText: "See you at nine." }).waitFor();
  await bob.onMessage("See you at nine.", "React 👍");
  const chip = alice.message("See you at nine.").getByRole("button", { name: "👍 1" });
  await chip.waitFor();
  await chip.click();
  await bob.message("See you at nine.").getByRole("button", { name: "👍 2" }).waitFor();
  await alice.screenshot(folder, "15-reactions");
  await expectAccessible(alice.page, "a conversation with replies and reactions");
  await bob.page.getByRole("textbox", { name: "Message" }).click();
  await bob.page.keyboard.type(`Thank you @${alice.handle.slice(0, 4)}`);
  await bob.page.getByRole("option", { name: alice.displayName }).waitFor();
  await bob.screenshot(folder, "16-mention");
  await bob.page.keyboard.press("Enter");
  await bob.page.keyboard.press("Enter");
  await alice.page.locator("li.message.calls .mention", { hasText: `@${alice.handle}` }).waitFor();
  await alice.message("See you at nine.").hover();
  await alice.message("See you at nine.").getByRole("button", { name: "More" }).click();
  await alice.screenshot(folder, "17-message");
  await expectAccessible(alice.page, "the dialog of a message");
  await alice.page.getByRole("button", { name: "Delete for everybody" }).click();
  await alice.page.getByRole("button", { name: "Really delete?" }).click();
  for (const person of [alice, bob]) {
    await person.page.getByText("This message was deleted.").waitFor();
    expectEqual(await person.message("See you at nine.").count(), 0, "the text is gone");
  }
  await bob.page.reload();
  await bob.page.getByRole("heading", { name: group, level: 2 }).waitFor();
  await bob.page.getByText("This message was deleted.").waitFor();
});

step("reloading keeps the login, the open conversation and its history", async ({ bob, group }) => {
  await bob.page.reload();
  await bob.page.getByRole("heading", { name: group, level: 2 }).waitFor();
  await bob.sees("One more while you read.");
  await bob.seesNothingUnread(group);
});

step("what is being sent survives a reload", async ({ alice, bob }) => {
  await bob.context.setOffline(true);
  await bob.page.getByText("You are offline").waitFor();
  await bob.type("Written before a reload");
  await bob.message("Written before a reload").and(bob.page.locator(".pending")).waitFor();
  await eventually(() => bob.page.evaluate(() => sessionStorage.length > 0), "the message is kept in the tab");
  await bob.context.setOffline(false);
  await bob.page.reload();
  await bob.message("Written before a reload").and(bob.page.locator(".sent")).waitFor();
  await alice.sees("Written before a reload");
  const times = (await bob.texts()).filter((text) => text === "Written before a reload").length;
  expectEqual(times, 1, "it is there once");
});

step("offline: told, sent later, nothing missing or twice", async ({ alice, bob, folder }) => {
  await bob.context.setOffline(true);
  await bob.page.getByText("You are offline").waitFor();
  await bob.type("Written while offline");
  await bob.message("Written while offline").and(bob.page.locator(".pending")).waitFor();
  for (let number = 1; number <= 5; number++) {
    await alice.say(`while you were away ${number}`);
  }
  await bob.screenshot(folder, "09-offline");
  await expectAccessible(bob.page, "a conversation while offline");
  // It is shown for a moment only, so looking begins before.
  await bob.page.evaluate(() => {
    window.toldBack = new Promise((told, missed) => {
      const banner = document.querySelector(".banner");
      new MutationObserver(() => banner.textContent.includes("Back online") && told())
        .observe(banner, { childList: true, subtree: true, characterData: true });
      setTimeout(() => missed(new Error("nobody was told of being back online")), 30_000);
    });
  });
  await bob.context.setOffline(false);
  await bob.page.evaluate(() => window.toldBack);
  await bob.message("Written while offline").and(bob.page.locator(".sent")).waitFor();
  await bob.sees("while you were away 5");
  await alice.sees("Written while offline");
  for (const person of [alice, bob]) {
    const away = (await person.texts()).filter((text) => /^(while you|Written while)/.test(text));
    const wanted = [1, 2, 3, 4, 5].map((number) => `while you were away ${number}`);
    expectEqual(away, [...wanted, "Written while offline"], "each message is there once, in one order");
  }
});

step("arrow keys in the list, Escape, visible focus", async ({ alice, bob, group, folder }) => {
  await bob.page.getByRole("heading", { name: group, level: 2 }).waitFor();
  await bob.page.keyboard.press("Escape");
  const focused = () => bob.page.evaluate(() => document.activeElement.querySelector(".line-title")?.textContent);
  expectEqual(await focused(), group, "Escape puts the focus on the open conversation in the list");
  await bob.page.keyboard.press("ArrowDown");
  expectEqual(await focused(), alice.displayName, "ArrowDown goes to the next conversation");
  await bob.screenshot(folder, "10-keyboard");
  await bob.page.keyboard.press("Enter");
  await bob.page.getByRole("heading", { name: alice.displayName, level: 2 }).waitFor();
});

step("dark theme, kept over a reload", async ({ alice, folder }) => {
  await alice.screenshot(folder, "11-light");
  await alice.page.getByRole("button", { name: "Use the dark theme" }).click();
  await alice.page.reload();
  await alice.sees("Written while offline");
  expectEqual(await alice.page.evaluate(() => document.documentElement.dataset.theme), "dark", "the theme is kept");
  await alice.screenshot(folder, "12-dark");
  await expectAccessible(alice.page, "a conversation in the dark theme");
});

step("phone width: list and conversation one at a time, nothing wider than the screen", async ({ alice, bob, group, folder }) => {
  await bob.page.setViewportSize({ width: 360, height: 720 });
  await bob.screenshot(folder, "13-phone-conversation");
  await fits(bob, "the conversation");
  await bob.page.getByRole("button", { name: "Back to the conversations" }).click();
  await bob.line(group).waitFor();
  await bob.screenshot(folder, "14-phone-list");
  await expectAccessible(bob.page, "the list on a phone");
  await fits(bob, "the list");
  await bob.line(group).click();
  await bob.say("From my phone");
  await alice.sees("From my phone");
  await bob.page.goBack();
  await bob.line(group).waitFor();
});

step("signing out ends it, signing in brings everything back", async ({ bob, group }) => {
  await bob.page.setViewportSize({ width: 1180, height: 800 });
  await bob.page.getByRole("button", { name: "Sign out" }).click();
  await bob.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await bob.page.reload();
  await bob.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await bob.signIn();
  await bob.open(group);
  await bob.sees("From my phone");
});

step("a corpus of hostile names, titles and texts runs nothing", hostile);

async function fits(person, what) {
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide <= 0, `${what} is not wider than the screen (by ${wide} px)`);
}
