import { generateText, type LanguageModel, NoObjectGeneratedError, NoOutputGeneratedError, Output } from 'ai';
import { z } from 'zod';
import type { AdvisorSettings } from '../../config/advisor-settings.ts';
import type { Advice } from '../../model/agent.ts';
import { cleanLine, cleanText } from '../../model/text.ts';
import type { Advisor } from './advisor.ts';
import { Budget } from './budget.ts';
import { languageModel } from './language-model.ts';
import { INSTRUCTIONS, promptHash, promptOf } from './prompt.ts';

const RETRIES = 1;
const LONGEST_ANSWER = 4000;
const LONGEST_REASON = 300;
const LONGEST_FALLBACK = 400;
const MOST_REASONS = 5;
/** A token is about so many characters of what we send: reckoned before it is sent, replaced by the true number after it. */
const CHARACTERS_PER_TOKEN = 3;

// No lengths in the schema: not every server takes them. What is too long is cut.
const answerSchema = z.strictObject({
  verdict: z.enum(['no-objection', 'defer']),
  reasons: z.array(z.string()),
});

export interface ModelAdvisorOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Questions that were asked in this hour before. */
  readonly usedThisHour?: number;
}

/** An advisor that asks a language model. Only what has the form that was asked for counts; everything else leaves the gates alone. */
export function modelAdvisor(settings: AdvisorSettings, options: ModelAdvisorOptions = {}): Advisor {
  const client = languageModel(settings);
  const budget = new Budget(settings, options.now ?? Date.now, options.usedThisHour ?? 0);
  const { model } = settings;
  return {
    model,
    async ask(question, signal) {
      const prompt = promptOf(question);
      const hash = promptHash(model, prompt);
      const reckoned = Math.ceil((INSTRUCTIONS.length + prompt.length) / CHARACTERS_PER_TOKEN) + settings.answerTokens;
      const settle = budget.take(reckoned * (RETRIES + 1));
      if (settle === null) return unheard(model, hash, null, "the hour's questions or tokens are used up");
      try {
        const { answer, read, tokens } = await askModel(client, settings, prompt, signal);
        settle(tokens ?? reckoned);
        return {
          model,
          promptHash: hash,
          answer: cut(cleanText(answer), LONGEST_ANSWER),
          verdict: read.verdict,
          reasons: read.reasons.slice(0, MOST_REASONS).map((reason) => cut(cleanLine(reason), LONGEST_REASON)),
          fallback: null,
        };
      } catch (error) {
        return unheard(model, hash, answerOf(error), whyUnheard(error, settings));
      }
    },
  };
}

async function askModel(client: LanguageModel, settings: AdvisorSettings, prompt: string, stop?: AbortSignal) {
  const patience = AbortSignal.timeout(settings.timeoutMs);
  const result = await generateText({
    model: client,
    output: Output.object({ schema: answerSchema }),
    instructions: INSTRUCTIONS,
    prompt,
    maxOutputTokens: settings.answerTokens,
    maxRetries: RETRIES,
    abortSignal: stop === undefined ? patience : AbortSignal.any([patience, stop]),
  });
  const { finishReason, text, usage } = result;
  // Only a finished answer has an output to read.
  if (finishReason === 'content-filter') throw new Unreadable('it refused to answer', text);
  if (finishReason === 'length') throw new Unreadable('its answer was too long', text);
  return { answer: text, read: answerSchema.parse(result.output), tokens: usage.totalTokens };
}

/** An answer came, and is none. */
class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly answer: string;

  constructor(why: string, answer: string) {
    super(why);
    this.answer = answer;
  }
}

function unheard(model: string, hash: string, answer: string | null, why: string): Advice {
  return {
    model,
    promptHash: hash,
    answer: answer === null ? null : cut(cleanText(answer), LONGEST_ANSWER),
    verdict: null,
    reasons: [],
    fallback: cut(cleanLine(why), LONGEST_FALLBACK),
  };
}

/** For people: never with the key in it, whatever a server puts into its message. */
function whyUnheard(error: unknown, { key, timeoutMs }: AdvisorSettings): string {
  if (isTimeout(error)) return `no answer in ${timeoutMs / 1000} s`;
  if (NoObjectGeneratedError.isInstance(error) || NoOutputGeneratedError.isInstance(error)) {
    return 'its answer has not the form that was asked for';
  }
  const message = error instanceof Error ? error.message : String(error);
  return key === null || key === '' ? message : message.replaceAll(key, '[secret]');
}

function answerOf(error: unknown): string | null {
  if (error instanceof Unreadable) return error.answer;
  return NoObjectGeneratedError.isInstance(error) ? (error.text ?? null) : null;
}

function isTimeout(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return true;
  }
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function cut(text: string, longest: number): string {
  // A pair of which only a half is left cannot be stored.
  return (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`).toWellFormed();
}
