/**
 * The label that everything on the engine bears which an installation made; its value is that installation's id
 * (`Journal.siteId`). Names can be anybody's, so nothing is adopted, replaced or removed that lacks it.
 */
export const siteLabel = 'io.airgap-installer.site';
