import type { Definitions } from '../fhir/definitions/definitions.ts';
import { loadDefinitions } from '../fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { createIndexer } from '../fhir/index/create-indexer.ts';
import { contentText, narrativeText } from '../fhir/index/full-text.ts';
import type { UnitConverter } from '../fhir/search/search-context.ts';
import { loadTerminology } from '../fhir/terminology/load-terminology.ts';
import type { Terminology } from '../fhir/terminology/terminology.ts';
import { createUnitConverter } from '../fhir/ucum.ts';
import type { StorageParts } from '../storage/storage-parts.ts';

/** What the functions need of FHIR; nothing of it is read before it is used. */
export interface FhirParts {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  readonly units: UnitConverter;
  readonly storage: StorageParts;
}

export interface FhirPartsOptions {
  readonly fhirVersion: FhirVersion;
  readonly baseUrl: string;
  readonly report: (error: unknown) => void;
}

export function fhirParts({ fhirVersion, baseUrl, report }: FhirPartsOptions): FhirParts {
  const definitions = loadDefinitions(fhirVersion);
  const terminology = loadTerminology(fhirVersion);
  const units = createUnitConverter();
  const storage: StorageParts = {
    fhirVersion,
    index: createIndexer(definitions, { baseUrl, units, terminology }),
    fullText: (resource) => ({ narrative: narrativeText(resource), content: contentText(resource) }),
    isCaseSensitive: (system) => terminology.isCaseSensitive(system),
    report,
  };
  return { definitions, terminology, units, storage };
}
