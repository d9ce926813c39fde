import { z } from 'zod';
import { PLATFORMS } from '../../source/model/platform.ts';
import { Agent } from '../../source/simulator/snmp/agent.ts';
import { startAgents } from '../../source/simulator/snmp/start-agents.ts';
import { plainSubject } from '../../source/simulator/snmp/subject.ts';
import { answerParent } from '../upgrades/child.ts';

export interface AgentsQuestion {
  readonly count: number;
  readonly interfaceCount: number;
}

const questionSchema: z.ZodType<AgentsQuestion> = z.object({ count: z.number(), interfaceCount: z.number() });
const DAYS_UP_MS = 40 * 86_400_000;

/** So many routers' agents, of the three platforms in turn; answers with their ports. */
answerParent(async (question) => {
  const { count, interfaceCount } = questionSchema.parse(question);
  const bootedAt = new Date(Date.now() - DAYS_UP_MS);
  const agents = Array.from({ length: count }, (_, index) => {
    const platform = PLATFORMS[index % PLATFORMS.length] ?? 'eos';
    const subject = plainSubject({ platform, hostname: `r${index}`, interfaceCount, bootedAt, now: () => new Date() });
    return new Agent(subject);
  });
  const { ports } = await startAgents(agents);
  return [...ports];
});
