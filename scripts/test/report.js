'use strict';
// What the tests found: a line for each stage as it ends, and the summary.

const inWords = (ms) => (ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`);

/** Collects results; prints each as it comes. */
exports.Report = class Report {
  passed = 0;
  failures = [];
  skipped = [];
  began = performance.now();

  /** One stage is through. `failures` and `skipped` are names; `output` is shown only if something failed. */
  stage(name, { passed, failures, skipped = [], output = '', ms }) {
    this.passed += passed;
    this.failures.push(...failures.map((failure) => `${name}: ${failure}`));
    if (failures.length > 0 && output.trim() !== '') console.log(`\n${output.trimEnd()}\n`);
    const counts = `${passed} passed${failures.length > 0 ? `, ${failures.length} FAILED` : ''}`;
    console.log(`${failures.length > 0 ? 'FAILED' : 'ok    '} ${name}: ${counts} (${inWords(ms)})`);
    for (const each of skipped) this.skip(`${name}: ${each}`);
  }

  /** Something that this machine cannot do. */
  skip(what) {
    this.skipped.push(what);
    console.log(`SKIPPED ${what}`);
  }

  /** Prints the summary, the counts last. @returns the exit code */
  end() {
    console.log(`\nAll in ${inWords(performance.now() - this.began)}`);
    for (const each of this.skipped) console.log(`SKIPPED ${each}`);
    for (const each of this.failures) console.log(`FAILED  ${each}`);
    console.log(`${this.passed} passed, ${this.failures.length} failed`);
    return this.failures.length > 0 ? 1 : 0;
  }
};
