/** Everything that is wrong with the configuration, in one error: each problem with its remedy. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** One line per problem, each starting with the variable it is about. Never holds a value. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}
