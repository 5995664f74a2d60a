import { existsSync } from 'node:fs';

/**
 * The environment variables of this process, with those of a `.env` file in the working directory added.
 * A variable that is already set wins over the file. This is the only file that touches the process environment.
 */
export function processEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
