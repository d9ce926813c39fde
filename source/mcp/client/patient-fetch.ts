import { setTimeout as delay } from 'node:timers/promises';

/** How often the same request is made, and the longest that a server may ask to wait in between, seconds. */
const TRIES = 6;
const LONGEST_WAIT = 30;

/** Like `fetch`, but asks again when a server says that it was asked too much and when to come again. */
export async function patientFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, init);
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    if (response.status !== 429 || tries === TRIES || !(seconds >= 0 && seconds <= LONGEST_WAIT)) return response;
    await response.body?.cancel();
    await delay(seconds * 1000, undefined, init?.signal ? { signal: init.signal } : {});
  }
}
