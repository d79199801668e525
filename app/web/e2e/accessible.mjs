// Runs the axe rules for WCAG 2.2 AA (names, roles, landmarks, contrast, ...) over what a page shows now.
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { expectEqual } from "./expect.mjs";

const source = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function expectAccessible(page, what) {
  // By the debugger's way, which the content security policy of the page does not concern.
  await page.evaluate(source);
  const found = await page.evaluate(async (tags) => {
    const result = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return result.violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} (${node.any.map((check) => check.message).join("; ")})`),
    );
  }, TAGS);
  expectEqual(found, [], `${what}: nothing stands in the way of people who use other means than eyes and mouse`);
}
