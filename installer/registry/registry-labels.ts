/** The registry container's name. Whose it is says the site's label (base/site-label.ts). */
export const registryContainer = 'airgap-registry';

export const roleLabel = 'io.airgap-installer.role';
/** sha256 of everything the container was made from except its image. */
export const specLabel = 'io.airgap-installer.spec';
export const registryRole = { [roleLabel]: 'registry' } as const;
