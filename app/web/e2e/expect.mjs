// Expectations that end the run with a sentence.

export function expect(holds, sentence) {
  if (!holds) {
    throw new Error(`expected: ${sentence}`);
  }
}

export function expectEqual(actual, wanted, sentence) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)];
  expect(a === b, `${sentence}\n  wanted ${b}\n  got    ${a}`);
}

/** Polls until a condition holds. */
export async function eventually(condition, sentence, millis = 30_000) {
  const deadline = Date.now() + millis;
  while (!(await condition())) {
    expect(Date.now() < deadline, sentence);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
