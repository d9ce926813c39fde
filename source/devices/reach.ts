import type { SshReach } from '../config/ssh-reach.ts';
import type { Target } from './target.ts';

/** By what way a router of this model is logged in to: by which algorithms, and through which host. */
export function wayTo({ legacyModels, jump }: SshReach, model: string | null): Pick<Target, 'algorithms' | 'jump'> {
  return {
    algorithms: legacyModels.has(model?.trim().toLowerCase() ?? '') ? 'legacy' : 'modern',
    ...(jump === null ? {} : { jump: toTarget(jump) }),
  };
}

function toTarget({ user, host, port, hostKey, password, privateKey }: NonNullable<SshReach['jump']>): Target {
  return {
    user,
    host,
    port,
    hostKey: { expect: hostKey },
    ...(password === null ? {} : { password }),
    ...(privateKey === null ? {} : { privateKey }),
  };
}
