/**
 * Loaded before a program (`node --import`): each SIGUSR2 steps its wall clock to the next of NETUP_SOAK_STEPS, milliseconds ahead of the
 * computer's, as a clock that is set does. What measures spans goes on undisturbed, as it does then.
 */
const steps = (process.env['NETUP_SOAK_STEPS'] ?? '0').split(',').map(Number);
const TrueDate = Date;
let at = 0;
let ahead = 0;

const now = (): number => TrueDate.now() + ahead;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, parts, derived) => Reflect.construct(target, parts.length === 0 ? [now()] : parts, derived),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

process.on('SIGUSR2', () => {
  ahead = steps[at++ % steps.length] ?? 0;
});
