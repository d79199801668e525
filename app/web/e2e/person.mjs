// One person at one browser: what they do on the page, with real clicks and keys, and what they must see.
import { expect } from "./expect.mjs";

const SEEN_MILLIS = 30_000;

export class Person {
  constructor(browser, base, handle, displayName) {
    this.browser = browser;
    this.base = base;
    this.handle = handle;
    this.displayName = displayName;
    this.password = `secret of ${handle}`;
    this.complaints = [];
    this.expectedComplaints = [];
  }

  async start(options = {}) {
    this.context = await this.browser.newContext({ viewport: { width: 1180, height: 800 }, locale: "en-GB", ...options });
    this.context.setDefaultTimeout(SEEN_MILLIS);
    await this.openPage();
    await this.page.goto(this.base);
  }

  async openPage() {
    this.page = await this.context.newPage();
    this.page.on("console", (message) => this.#complain(message.type(), message.text()));
    this.page.on("pageerror", (error) => this.#complain("error", String(error)));
    this.page.on("dialog", (dialog) => {
      this.#complain("error", `a dialog of the browser opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  #complain(type, text) {
    if (type === "error" && !this.expectedComplaints.some((pattern) => pattern.test(text))) {
      this.complaints.push(`${this.handle}: ${text}`);
    }
  }

  async signUp() {
    await this.page.getByRole("button", { name: "Create an account" }).click();
    await this.page.getByLabel("Handle").fill(this.handle);
    await this.page.getByLabel("Display name").fill(this.displayName);
    await this.page.getByLabel("Password").fill(this.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
    await this.seesList();
  }

  async signIn() {
    await this.page.getByLabel("Handle").fill(this.handle);
    await this.page.getByLabel("Password").fill(this.password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.seesList();
  }

  async seesList() {
    await this.page.getByRole("navigation", { name: "Conversations" }).waitFor();
  }

  async writeTo(handle) {
    await this.page.getByRole("button", { name: "New conversation" }).click();
    await this.page.getByLabel("Handle", { exact: true }).fill(`@${handle}`);
    await this.page.keyboard.press("Enter");
    await this.page.getByRole("textbox", { name: "Message" }).waitFor();
  }

  async createGroup(title, handles) {
    await this.page.getByRole("button", { name: "New conversation" }).click();
    await this.page.getByRole("radio", { name: "Group" }).check();
    await this.page.getByLabel("Name of the group").fill(title);
    for (const handle of handles) {
      await this.page.getByLabel("Add people by handle").fill(handle);
      await this.page.keyboard.press("Enter");
      await this.page.locator(".chip").nth(handles.indexOf(handle)).waitFor();
    }
    await this.page.getByRole("button", { name: "Create the group" }).click();
    await this.page.getByRole("heading", { name: title }).waitFor();
  }

  async open(title) {
    await this.line(title).click();
    await this.page.getByRole("heading", { name: title, level: 2 }).waitFor();
  }

  line(title) {
    return this.page.locator("a.line", { has: this.page.locator(".line-title", { hasText: title }) });
  }

  async type(text) {
    await this.page.getByRole("textbox", { name: "Message" }).click();
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press("Enter");
  }

  /** Types a message and waits until the server has stored it. */
  async say(text) {
    await this.type(text);
    await this.message(text).and(this.page.locator(".sent")).last().waitFor();
  }

  message(text) {
    return this.page.locator("li.message").filter({ has: this.page.locator(".said").getByText(text, { exact: true }) });
  }

  /** Opens what can be done to a message, and does one of it. */
  async onMessage(text, action) {
    await this.message(text).last().hover();
    await this.message(text).last().getByRole("button", { name: "More" }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: action }).click();
    await this.page.getByRole("dialog").waitFor({ state: "detached" });
  }

  async sees(text) {
    await this.message(text).last().waitFor();
  }

  async seesUnread(title, number) {
    await this.line(title).locator(".badge:not(.called):not([hidden])", { hasText: new RegExp(`^${number}\\b`) }).waitFor();
  }

  async seesNothingUnread(title) {
    await this.line(title).locator(".badge:not(.called)[hidden]").waitFor({ state: "attached" });
  }

  /** The texts of the messages on the page, from the top. */
  async texts() {
    return this.page.locator("li.message .body").allTextContents();
  }

  /** Scrolls up until the start of the conversation is there. */
  async scrollToStart() {
    const log = this.page.getByRole("log");
    await log.hover();
    for (let turn = 0; turn < 200; turn++) {
      await this.page.mouse.wheel(0, -1_500);
      const atStart = await this.page.evaluate(
        () => document.querySelector(".older").hidden && document.querySelector(".log").scrollTop === 0,
      );
      if (atStart) {
        return;
      }
      await this.page.waitForTimeout(50);
    }
    expect(false, "the start of the conversation was not reached by scrolling");
  }

  async screenshot(folder, name) {
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.screenshot({ path: `${folder}/${name}.png` });
  }
}
