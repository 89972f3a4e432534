/** The engines that `npm run engines` has started and that still run. */
export function running(): Readonly<Record<string, { readonly url: string; readonly pid: number }>>;
