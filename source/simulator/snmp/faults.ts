/** What can go wrong with a simulated SNMP agent, and be switched on and off while it runs. */
export const AGENT_FAULTS = [
  /** It does not answer. */
  'silent',
  /** It answers a second late. */
  'slow',
  /** It does not have the table that the platform's processors are in. */
  'no_cpu_table',
  /** It has no ifXTable: counters of 32 bits only. */
  'narrow_counters',
  /** Counters are just before their end when this begins. */
  'counters_wrap',
  /** Counters begin at zero when this does, without a restart. */
  'counters_reset',
  /** A walk comes back to where it was. */
  'walks_back',
  /** Only that of the interfaces does. */
  'interfaces_walk_back',
  /** A walk never ends: there is always one row more. */
  'endless_table',
  /** Answers are bytes that make no sense. */
  'garbage',
  /** Answers are cut off in the middle. */
  'truncated',
  /** Values are of another type than they should be. */
  'wrong_types',
  /** Answers have another community than questions. */
  'other_community',
] as const;

export type AgentFault = (typeof AGENT_FAULTS)[number];
