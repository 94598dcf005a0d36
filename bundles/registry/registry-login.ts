/** How to log in to one registry. */
export type RegistryLogin = { username: string; password: string } | { identityToken: string };

/** Undefined: there is no login for it. */
export type FindLogin = (registry: string) => Promise<RegistryLogin | undefined>;
