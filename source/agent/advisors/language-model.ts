import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { AdvisorSettings } from '../../config/advisor-settings.ts';

/** The client of the model that the settings name. Nothing is taken from variables of other programs. */
export function languageModel({ kind, url, model, key }: AdvisorSettings): LanguageModel {
  if (kind === 'anthropic') {
    const baseURL = url ?? 'https://api.anthropic.com/v1';
    return createAnthropic({ baseURL, apiKey: key ?? '' })(model);
  }
  const secret = key === null ? {} : { apiKey: key };
  return createOpenAICompatible({
    name: 'advisor',
    baseURL: url ?? '',
    supportsStructuredOutputs: true,
    ...secret,
  })(model);
}
