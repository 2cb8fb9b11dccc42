// Results in the words of cargo's test runner, which `cargo verify` reads.

const WORDS = { passed: "ok", failed: "FAILED", ignored: "ignored" };

// What Node says of a test that the command line did not choose.
const NOT_CHOSEN = "test name does not match pattern";

export default async function* libtest(events) {
  const counts = { passed: 0, failed: 0, ignored: 0, filtered: 0 };
  const failures = [];
  const path = [];
  const start = performance.now();
  for await (const { type, data } of events) {
    if (type === "test:start") {
      path.splice(data.nesting, Infinity, data.name);
    } else if (type === "test:pass" || type === "test:fail") {
      if (!countsByItself(type, data)) continue;
      const name = [...path.slice(0, data.nesting), data.name].map(identifier).join("::");
      const outcome = outcomeOf(type, data);
      counts[outcome] += 1;
      if (outcome === "failed") failures.push([name, data.details.error]);
      if (outcome in WORDS) yield `test ${name} ... ${WORDS[outcome]}\n`;
    } else if (type === "test:stdout" || type === "test:stderr") {
      yield data.message;
    }
  }
  for (const [name, error] of failures) yield `\n---- ${name} ----\n${explained(error)}\n`;
  const { passed, failed, ignored, filtered } = counts;
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  const counted = `${passed} passed; ${failed} failed; ${ignored} ignored; 0 measured; ${filtered} filtered out`;
  yield `\ntest result: ${failed === 0 ? "ok" : "FAILED"}. ${counted}; finished in ${seconds}s\n`;
}

// A group counts only when it fails of itself: in what it does before and after its tests.
function countsByItself(type, { details }) {
  const failedOfItself = type === "test:fail" && details.error.failureType !== "subtestsFailed";
  return details.type !== "suite" || failedOfItself;
}

function outcomeOf(type, { skip, todo }) {
  if (skip === NOT_CHOSEN) return "filtered";
  if (type === "test:fail") return "failed";
  return skip === undefined && todo === undefined ? "passed" : "ignored";
}

const identifier = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_|_$/g, "");

// The error and what it says of its causes: SDKs wrap what the tenant answered.
function explained(error) {
  const causes = [];
  for (let cause = error; cause && causes.length < 5; cause = cause.cause) causes.push(cause);
  // The outermost is Node's own and says nothing that the next does not.
  const told = causes.length > 1 ? causes.slice(1) : causes;
  return told.map((cause) => cause.stack ?? JSON.stringify(cause)).join("\ncaused by ");
}
