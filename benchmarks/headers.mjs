// Reads paths from standard input and writes what two tools find of each, as JSON.
// node headers.mjs FOLDER HTTP-PORT HTTPS-PORT; the folder has both packages in node_modules.
// The Observatory's own command knows neither ports nor paths, so its parts are put together here.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, httpPort, httpsPort] = process.argv.slice(2);
const modules = resolve(folder, "node_modules");
const observatory = (file) =>
  import(pathToFileURL(resolve(modules, "@mdn/mdn-http-observatory/src", file)));
const { retrieve } = await observatory("retriever/retriever.js");
const { ALL_TESTS } = await observatory("constants.js");
const { getScoreModifier } = await observatory("grader/grader.js");
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await observatory("grader/charts.js");
const require = createRequire(resolve(modules, "x.js"));
const { CspEvaluator } = require("csp_evaluator");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { Severity } = require("csp_evaluator/dist/finding.js");

async function scan(path) {
  const retrieved = await retrieve("localhost", { httpPort, httpsPort, path });
  const results = ALL_TESTS.map((test) => test(retrieved)).filter((test) => test.result);
  const modifiers = results.map((test) => getScoreModifier(test.result));
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const uncurved = 100 + sum(modifiers.filter((points) => points < 0));
  const earned = 100 + sum(modifiers);
  const { status, headers } = retrieved.responses.auto;
  const policy = new CspParser(headers["content-security-policy"] ?? "").csp;
  const findings = new CspEvaluator(policy).evaluate();
  const told = (finding) => `${Severity[finding.severity]} ${finding.directive}: ${finding.description}`;
  const isSevere = (finding) => finding.severity <= Severity.MEDIUM;
  return {
    path,
    status,
    score: uncurved >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? earned : uncurved,
    tests: Object.fromEntries(results.map((test, i) => [test.result, modifiers[i]])),
    severe: findings.filter(isSevere).map(told),
    mild: findings.filter((finding) => !isSevere(finding)).map(told),
  };
}

const answers = [];
for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  answers.push(await scan(path));
}
console.log(JSON.stringify(answers));
