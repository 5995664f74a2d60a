/**
 * How the server of a test is run: vitest's project `runnable` has the runnable server, its project `mounted` the router in an
 * Express app that was there before. Tests of what only the runnable server does are skipped there, and their names say why.
 */
export const MOUNTED = process.env['STAGE'] === 'mounted';
