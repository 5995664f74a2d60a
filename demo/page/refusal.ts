/** A request that was answered, and with no. `message` is a sentence for the person. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The HTTP status. */
  readonly status: number;
  /** Which refusal of our server it is. Undefined for one of Alpaca's, or of a gateway. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Reads `{message}`, which Alpaca's error bodies and our server's have in common; a gateway's body may be anything. */
  static async of(response: Response): Promise<Refusal> {
    const body: unknown = await response.json().catch(() => null);
    return new Refusal(
      response.status,
      asSentence(textIn(body, 'message')) ?? `The answer was HTTP ${response.status}.`,
      textIn(body, 'code') || undefined,
    );
  }
}

/** What to tell the person about any failed request. */
export function describeFailure(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return 'No answer from the server. Check that you are online and that the server runs.';
}

function textIn(body: unknown, name: 'message' | 'code'): string {
  if (typeof body !== 'object' || body === null) return '';
  const value = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** Alpaca writes "insufficient buying power"; people read "Insufficient buying power." */
function asSentence(message: string): string | undefined {
  if (message === '') return undefined;
  const capitalised = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}
