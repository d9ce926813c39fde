import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Prints the reason of every skipped test, then `N passed, N failed, N skipped` alone on the last line of the run. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A file that fails to load has no tests, and must not look like success.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) count.failed += 1;
      for (const test of tests) this.#count(test, count);
    }
    const lines = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`;
    // After the default reporter's own summary, which is printed when this hook has returned.
    process.once('exit', () => process.stdout.write(lines));
  }

  #count(test: TestCase, count: { passed: number; failed: number; skipped: number }): void {
    const result = test.result();
    if (result.state === 'passed') count.passed += 1;
    else if (result.state === 'failed') count.failed += 1;
    else {
      count.skipped += 1;
      process.stdout.write(
        `skipped: ${test.fullName}: ${result.state === 'skipped' ? (result.note ?? 'no reason given') : 'not run'}\n`,
      );
    }
  }
}
