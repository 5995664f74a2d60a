/**
 * The result of `work`, or a rejection once `deadline` milliseconds have passed. The work itself goes on, and its
 * result is dropped: a write that misses its deadline may still happen, so a caller must treat its outcome as unknown.
 */
export async function withDeadline<T>(work: Promise<T>, deadline: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${deadline} ms.`)), deadline);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
