/** `pull`: devices fetch images from a server. `push`: a worker sends them. */
export const IMAGE_TRANSFERS = ['pull', 'push'] as const;

export type ImageTransfer = (typeof IMAGE_TRANSFERS)[number];

/** How the routers of a site get their images. */
export interface ImageRoute {
  /** Null: they fetch them if there is a server to fetch them from, else a worker sends them. */
  readonly transfer: ImageTransfer | null;
  /** The site's own server, `scp://user@host/folder` or `https://host/folder`; null: that of the worker. */
  readonly url: string | null;
}

/** Of routers without a site, and of sites of which nothing is set. */
export const USUAL_ROUTE: ImageRoute = { transfer: null, url: null };
