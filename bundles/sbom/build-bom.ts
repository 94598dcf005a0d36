import { createHash } from 'node:crypto';
import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, Metadata, NamedLicense, Property } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer, type Types } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import type { Distribution, Package } from './parse-packages.ts';
import { packageUrl } from './purl.ts';

export interface BomSubject {
  /** Its name in the product. */
  name: string;
  ref: string;
  /** Digest of its manifest or index in the bundle. */
  digest: string;
  platform: string;
}

/**
 * An SBOM in CycloneDX 1.6 JSON (https://cyclonedx.org/docs/1.6/json/). Two SBOMs of the same image are the same bytes: no
 * time stands in it, and the serial number is made from the image's digest.
 */
export function buildBom(
  subject: BomSubject,
  packages: readonly Package[],
  distribution: Distribution | undefined,
): Buffer {
  const bom = new Bom();
  bom.serialNumber = `urn:uuid:${uuidFrom(`${subject.digest}\n${subject.platform}`)}`;
  const image = new Component(ComponentType.Container, subject.ref, {
    version: subject.digest,
    bomRef: subject.digest,
  });
  image.properties.add(new Property('airgap-installer:platform', subject.platform));
  bom.metadata = new Metadata({ component: image });
  if (distribution !== undefined) {
    const { id, version } = distribution;
    bom.components.add(
      new Component(ComponentType.OperatingSystem, id, {
        bomRef: `os:${id}`,
        ...(version === undefined ? {} : { version }),
      }),
    );
  }
  for (const item of packages) bom.components.add(toComponent(item, distribution));
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  const options: Types.SerializerOptions & Types.NormalizerOptions = { sortLists: true, space: 1 };
  return Buffer.from(`${serializer.serialize(bom, options)}\n`);
}

function toComponent(item: Package, distribution: Distribution | undefined): Component {
  const purl = packageUrl(item, distribution);
  const component = new Component(ComponentType.Library, item.name, { version: item.version, purl, bomRef: purl });
  component.properties.add(new Property('airgap-installer:found-in', item.foundIn));
  if (item.license !== undefined) component.licenses.add(new NamedLicense(item.license));
  return component;
}

/** A UUID of version 8 (RFC 9562, section 5.8) out of a text. */
function uuidFrom(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
