import type { FleetFile, FleetRouter } from '../../model/fleet-file.ts';
import type { Platform } from '../../model/platform.ts';

/** Vendors, as inventories write them, and what their routers run. */
const PLATFORM_OF_VENDOR: readonly (readonly [RegExp, Platform])[] = [
  [/^cisco\b/iu, 'ios-xe'],
  [/^juniper\b/iu, 'junos'],
  [/^arista\b/iu, 'eos'],
];

export type FleetModel = FleetFile['models'][number];

/** The models that a file may speak of: its own, those of the inventory, and those that its routers bring. */
export class KnownModels {
  readonly #vendorsByModel = new Map<string, Set<string>>();
  readonly #implied: FleetModel[] = [];

  constructor(models: readonly { readonly vendor: string; readonly name: string }[]) {
    for (const { vendor, name } of models) this.#add(vendor, name);
  }

  /** Models that came with routers alone. */
  get implied(): readonly FleetModel[] {
    return this.#implied;
  }

  /** The vendor of a model; null if the model is not known, or no vendor is given and several have one of that name. */
  vendorOf(vendor: string | null, model: string): string | null {
    const vendors = [...(this.#vendorsByModel.get(model) ?? [])];
    if (vendor !== null) return vendors.includes(vendor) ? vendor : null;
    return vendors.length === 1 ? (vendors[0] ?? null) : null;
  }

  /** The router with the vendor of its model, which becomes known; or why that cannot be. */
  complete(router: FleetRouter): FleetRouter | string {
    const { vendor, model } = router;
    if (model === null) return router;
    const known = this.vendorOf(vendor, model);
    if (known !== null) return vendor === null ? { ...router, vendor: known } : router;
    if (vendor === null) return `has model ${model}, whose vendor is not known: give a vendor`;
    const platform = PLATFORM_OF_VENDOR.find(([pattern]) => pattern.test(vendor))?.[1];
    if (platform === undefined) {
      return `has model ${model} of ${vendor}, whose platform is not known: add it to "models" of a JSON file`;
    }
    this.#implied.push({ vendor, name: model, platform });
    this.#add(vendor, model);
    return router;
  }

  #add(vendor: string, model: string): void {
    const vendors = this.#vendorsByModel.get(model) ?? new Set();
    this.#vendorsByModel.set(model, vendors.add(vendor));
  }
}
