import { encode, encodeOid, TAG } from './ber.ts';
import type { Figures } from './figures.ts';
import type { Mib } from './mib.ts';
import { PDU, type Request } from './pdu.ts';

/** What fits into one packet, with room for what stands around it: agents leave the rest of a GETBULK out. */
const LARGEST_LIST = 1350;
const MOST_REPETITIONS = 200;
/** 1.3.6.1.2.1.2 is the tree of ifTable. */
const INTERFACES = 2;
const NO_INSTANCE = encode(TAG.noSuchInstance);
const END = encode(TAG.endOfMibView);

/** One place in a walk. */
interface Step {
  readonly oid: Buffer;
  readonly value: Buffer;
  /** Where to go on; -1 at the end. */
  readonly position: number;
}

/** The varbinds that an agent answers with, encoded. */
export function answerTo(request: Request, mib: Mib<Figures>, figures: Figures): readonly Buffer[] {
  const { type, oids, first, second } = request;
  if (type === PDU.get) return oids.map((oid) => valueOf(oid, mib, figures));
  if (type === PDU.getNext) return oids.map((oid) => varbind(stepAfter(oid, mib, figures)));
  if (type !== PDU.getBulk) throw new RangeError('no question');
  const scalars = Math.min(Math.max(0, first), oids.length);
  const list = oids.slice(0, scalars).map((oid) => varbind(stepAfter(oid, mib, figures)));
  let size = list.reduce((sum, { length }) => sum + length, 0);
  let steps: (Step | null)[] = oids.slice(scalars).map(() => null);
  for (let repetition = 0; repetition < Math.min(second, MOST_REPETITIONS); repetition += 1) {
    steps = steps.map((step, at) =>
      step === null ? stepAfter(oids[scalars + at] ?? [], mib, figures) : next(step, mib, figures),
    );
    for (const step of steps) {
      const encoded = step === null ? END : varbind(step);
      size += encoded.length;
      if (size > LARGEST_LIST && list.length > 0) return list;
      list.push(encoded);
    }
    if (steps.every((step) => step === null || step.position < 0)) break;
  }
  return list;
}

function valueOf(oid: readonly number[], mib: Mib<Figures>, figures: Figures): Buffer {
  return encode(TAG.sequence, encodeOid(oid), mib.get(oid)?.value(figures) ?? NO_INSTANCE);
}

function stepAfter(oid: readonly number[], mib: Mib<Figures>, figures: Figures): Step {
  return stepAt(mib.positionAfter(oid), encodeOid(oid), mib, figures);
}

function next(step: Step, mib: Mib<Figures>, figures: Figures): Step {
  if (step.position < 0) return step;
  return stepAt(step.position + 1, step.oid, mib, figures);
}

/** The first object from here on that this agent has. */
function stepAt(from: number, before: Buffer, mib: Mib<Figures>, figures: Figures): Step {
  for (let position = from; ; position += 1) {
    const found = mib.at(position);
    if (found === null) return { oid: before, value: END, position: -1 };
    const value = found.value(figures);
    if (value === null) continue;
    // Each third object is followed by itself.
    const goesBack = figures.has('walks_back') || (figures.has('interfaces_walk_back') && found.oid[6] === INTERFACES);
    const back = goesBack && position % 3 === 2 ? mib.at(position - 1) : null;
    return { oid: back?.encoded ?? found.encoded, value, position };
  }
}

function varbind({ oid, value }: Step): Buffer {
  return encode(TAG.sequence, oid, value);
}
