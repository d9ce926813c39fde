/** One environment variable, for messages, `doctor` and the documentation. */
export interface Variable {
  readonly name: string;
  /** A good value, shown where a bad one was given. */
  readonly example: string;
  readonly purpose: string;
  /** Its value is never printed, logged or written to a report. */
  readonly secret?: true;
}

/** Every variable that the program reads. */
export const VARIABLES: readonly Variable[] = [
  { name: 'PG_HOST', example: 'postgres-primary.internal', purpose: 'PostgreSQL server' },
  { name: 'PG_PORT', example: '5432', purpose: 'its port' },
  { name: 'PG_DB', example: 'netops', purpose: 'its database' },
  { name: 'PG_USER', example: 'mcp_agent', purpose: 'login of this process; a member of app_user' },
  { name: 'PG_PASSWORD', example: '<the password>', purpose: 'its password', secret: true },
  { name: 'PG_SSL_MODE', example: 'require', purpose: 'disable, prefer, require, verify-ca or verify-full' },
  { name: 'PG_POOL_SIZE', example: '20', purpose: 'connections of one process at most' },
  { name: 'PG_ADMIN_USER', example: 'postgres', purpose: 'login for `migrate`, `fleet load` and `audit retain`' },
  { name: 'PG_ADMIN_PASSWORD', example: '<the password>', purpose: 'its password', secret: true },
  {
    name: 'NETUP_MCP_PG_USER',
    example: 'mcp_agent',
    purpose: 'for `mcp postgres`: a member of app_user, to propose upgrades with; unset: it only reads',
  },
  { name: 'NETUP_MCP_PG_PASSWORD', example: '<the password>', purpose: 'its password', secret: true },
  {
    name: 'NETUP_MCP_READ_USER',
    example: 'mcp_reader',
    purpose: 'for `decide --via mcp`: starts both servers with it',
  },
  { name: 'NETUP_MCP_READ_PASSWORD', example: '<the password>', purpose: 'its password', secret: true },
  {
    name: 'NETUP_MCP_POSTGRES_URL',
    example: 'http://127.0.0.1:8765/mcp',
    purpose: 'or `mcp postgres` that runs there',
  },
  { name: 'NETUP_MCP_INFLUX_URL', example: 'http://127.0.0.1:8766/mcp', purpose: 'and `mcp influx`' },
  { name: 'NETUP_MCP_TOKEN', example: '<the token>', purpose: 'its token for both of them', secret: true },
  { name: 'NETUP_MCP_TOKEN_FILE', example: '/etc/netup-tui/mcp-token', purpose: 'a file with that token' },
  { name: 'INFLUX_URL', example: 'https://influx.internal:8086', purpose: 'InfluxDB; unset: telemetry in PostgreSQL' },
  { name: 'INFLUX_TOKEN', example: '<the token>', purpose: 'its API token', secret: true },
  { name: 'INFLUX_ORG', example: 'network-operations', purpose: 'its organization' },
  { name: 'INFLUX_BUCKET', example: 'telemetry', purpose: 'its bucket' },
  {
    name: 'INFLUX_BATCH_SIZE',
    example: '1000',
    purpose: 'points that make a write; of a backlog up to five times as many',
  },
  { name: 'INFLUX_FLUSH_INTERVAL', example: '5s', purpose: 'the longest that a point waits to be written' },
  { name: 'INFLUX_GZIP', example: 'no', purpose: 'no: writes are not compressed' },
  {
    name: 'INFLUX_ADMIN_TOKEN',
    example: '<the token>',
    purpose: 'for `setup influx`, `migrate influx`: operator token',
    secret: true,
  },
  { name: 'INFLUX_USER', example: 'netup', purpose: 'for the same: its administrator' },
  { name: 'INFLUX_PASSWORD', example: '<the password>', purpose: "the administrator's password", secret: true },
  { name: 'NETUP_OPERATOR', example: 'ana', purpose: 'who you are; unset: your login name' },
  { name: 'NETUP_ORGANIZATION', example: 'north-carrier', purpose: 'organization to start in; unset: your first' },
  { name: 'NETUP_SSH_USER', example: 'netops', purpose: 'login to routers' },
  { name: 'NETUP_SSH_PASSWORD', example: '<the password>', purpose: 'its password', secret: true },
  {
    name: 'NETUP_SSH_LEGACY_MODELS',
    example: 'ASR1001,MX80',
    purpose: 'models of routers that have nothing better than SHA-1 and CBC',
  },
  {
    name: 'NETUP_SSH_JUMP',
    example: 'ssh://netops@bastion.internal:22',
    purpose: 'a host that routers are logged in to through',
  },
  {
    name: 'NETUP_SSH_JUMP_HOST_KEY',
    example: 'SHA256:uNiVztksCsDhcc0u9e8BrJQXVUpKZIDTMczCvj3tD2s',
    purpose: 'its fingerprint',
  },
  { name: 'NETUP_SSH_JUMP_PASSWORD', example: '<the password>', purpose: 'its password', secret: true },
  { name: 'NETUP_SSH_JUMP_KEY_FILE', example: '/etc/netup-tui/jump-key', purpose: 'or a file with a private key' },
  {
    name: 'NETUP_IMAGE_URL',
    example: 'scp://images@198.51.100.7/srv/images',
    purpose: 'for the worker: where devices fetch images from; unset: it sends them',
  },
  { name: 'NETUP_IMAGE_PASSWORD', example: '<the password>', purpose: 'of the login in NETUP_IMAGE_URL', secret: true },
  {
    name: 'NETUP_IMAGE_DIR',
    example: '/srv/images',
    purpose: 'the folder with the images that workers send',
  },
  {
    name: 'NETUP_BACKUP_DAYS',
    example: '365',
    purpose: 'for the worker: how long configurations and outputs of devices are kept',
  },
  {
    name: 'NETUP_KEY_FILE',
    example: '/etc/netup-tui/keys',
    purpose: 'encryption keys of credentials, lines `id:base64`',
  },
  { name: 'NETUP_CURRENT_KEY', example: '2026-03', purpose: 'id of the key to encrypt with; unset: the first' },
  { name: 'NETUP_ADVISOR', example: 'openai-compatible', purpose: 'a language model looks at decisions; or anthropic' },
  { name: 'NETUP_ADVISOR_URL', example: 'http://127.0.0.1:11434/v1', purpose: 'its server, with the version' },
  { name: 'NETUP_ADVISOR_MODEL', example: 'qwen3:8b', purpose: 'its name there' },
  { name: 'NETUP_ADVISOR_KEY', example: '<the key>', purpose: 'its API key', secret: true },
  { name: 'NETUP_ADVISOR_KEY_FILE', example: '/etc/netup-tui/advisor-key', purpose: 'a file with its API key' },
  { name: 'NETUP_ADVISOR_TIMEOUT', example: '20s', purpose: 'the longest that an answer is waited for' },
  { name: 'NETUP_ADVISOR_ANSWER_TOKENS', example: '1000', purpose: 'tokens of one answer at most' },
  { name: 'NETUP_ADVISOR_PER_HOUR', example: '120', purpose: 'questions in an hour at most' },
  { name: 'NETUP_ADVISOR_TOKENS_PER_HOUR', example: '500000', purpose: 'tokens in an hour at most' },
  {
    name: 'NETUP_AUDIT_KEY_FILE',
    example: '/var/lib/netup-tui/audit-key',
    purpose: "the worker's key for checkpoints",
  },
  {
    name: 'NETUP_AUDIT_PUBLIC_KEY',
    example: '/etc/netup-tui/audit-key.pub',
    purpose: 'its public half, for `audit verify`',
  },
  {
    name: 'NETUP_AUDIT_CHECKPOINTS',
    example: '/var/lib/netup-tui/audit-checkpoints.jsonl',
    purpose: 'file of the signed checkpoints',
  },
  { name: 'NETUP_STATE_DIR', example: '/var/lib/netup-tui', purpose: 'folder of the log, reports and the demo' },
  { name: 'NETUP_SPOOL_DIR', example: '/var/spool/netup-tui', purpose: 'folder of telemetry that waits for InfluxDB' },
  { name: 'NETUP_SPOOL_MAX', example: '512MB', purpose: 'the most that waits there, of one process' },
  { name: 'NETUP_LOCK_AFTER', example: '15m', purpose: 'the console is locked after so long without a key' },
  { name: 'NETUP_END_AFTER', example: '120m', purpose: 'it is closed after so long without a key' },
  { name: 'NETUP_SERVE_SESSIONS', example: '100', purpose: 'for `serve`: consoles at once' },
  { name: 'NETUP_SERVE_PER_ADDRESS', example: '20', purpose: 'for `serve`: connections at once from one address' },
  { name: 'NETUP_SERVE_TRIES', example: '6', purpose: 'for `serve`: keys that one connection may offer' },
  { name: 'NETUP_SERVE_GRACE', example: '30s', purpose: 'for `serve`: the longest from the connection to the console' },
  {
    name: 'NETUP_SERVE_USER_CA',
    example: '/etc/netup-tui/user-ca.pub',
    purpose: 'for `serve`: authorities whose certificates are taken; unset: none are',
  },
  { name: 'NETUP_LOG_LEVEL', example: 'info', purpose: 'trace, debug, info, warn, error, fatal or silent' },
  { name: 'NETUP_READ_ONLY', example: 'yes', purpose: 'yes: nothing can be changed' },
];

/** The variables that are encryption keys themselves: `NETUP_KEY_` and the id of the key. */
export function keyVariables(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.keys(env).filter(
    (name) => /^NETUP_KEY_\w+$/u.test(name) && name !== 'NETUP_KEY_FILE' && env[name] !== '',
  );
}

/** Variables with our prefix that mean nothing to us, which are most likely misspelt. */
export function unknownVariables(env: NodeJS.ProcessEnv): readonly string[] {
  const keys = keyVariables(env);
  return Object.keys(env).filter(
    (name) =>
      name.startsWith('NETUP_') && !keys.includes(name) && !VARIABLES.some((variable) => variable.name === name),
  );
}
