import { decode, type Element, encode, encodeNumber, inside, numberIn, oidIn, TAG } from './ber.ts';

export const PDU = { get: 0xa0, getNext: 0xa1, response: 0xa2, getBulk: 0xa5, report: 0xa8 } as const;

/** A question. For a GETBULK `first` is its non-repeaters, `second` its repetitions. */
export interface Request {
  readonly type: number;
  readonly id: number;
  readonly first: number;
  readonly second: number;
  readonly oids: readonly (readonly number[])[];
}

export function readRequest(element: Element | undefined): Request {
  if (element === undefined) throw new RangeError('no request');
  const [id, first, second, list] = decode(element.content);
  return {
    type: element.tag,
    id: numberIn(id),
    first: numberIn(first),
    second: numberIn(second),
    oids: inside(list, TAG.sequence).map((varbind) => oidIn(inside(varbind, TAG.sequence)[0])),
  };
}

/** An answer, or a report, with varbinds that are encoded already. */
export function writeResponse(type: number, id: number, varbinds: readonly Buffer[]): Buffer {
  return encode(
    type,
    encodeNumber(TAG.integer, id),
    encodeNumber(TAG.integer, 0),
    encodeNumber(TAG.integer, 0),
    encode(TAG.sequence, ...varbinds),
  );
}
