import { z } from 'zod';

/** What a page asks for when it starts an attempt, in a popup or in its own tab. Whether it may is judged elsewhere. */
export const AttemptTerms = z.object({
  environment: z.enum(['paper', 'live', 'both']),
  scope: z.string().max(200).optional(),
  /** RFC 7636 section 4.2, method S256. */
  codeChallenge: z.string().regex(/^[\w-]{43}$/),
});
